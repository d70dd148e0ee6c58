import type { ServerResponse } from 'node:http'

import { CAUSE } from './headers'

/** An answer of the balancer's own. */
export function answer (response: ServerResponse, status: number, cause: string): void {
  response.writeHead(status, { [CAUSE]: cause, 'content-length': 0 }).end()
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'closed by the target',
  EPIPE: 'closed by the target'
}

/** Why a connection to a target failed, in a few words. */
export function causeOf ({ code = '', message }: NodeJS.ErrnoException): string {
  if (code.startsWith('HPE_')) return 'malformed answer'
  return CAUSES[code] ?? message.replaceAll(/[^ -~]/g, ' ') // it goes into a header
}

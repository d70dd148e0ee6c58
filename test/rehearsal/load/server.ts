import { on, once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

import { LoadProcess, type ClientRecord, type LoadOptions } from '../../../lib/rehearsal/load/index'
import { monotonic } from '../../../lib/rehearsal/monotonic'

export interface Server {
  readonly port: number
  readonly requests: http.IncomingMessage[]
  /** Resolves once enough has been asked. */
  asked (enough: (requests: readonly http.IncomingMessage[]) => boolean): Promise<void>
}

/** What a load is sent to in a test, and closed with it. Like the balancer, it never closes idle connections. */
export async function serving (t: Test, answer: http.RequestListener): Promise<Server> {
  const requests: http.IncomingMessage[] = []
  const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    requests.push(request)
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const asked: Server['asked'] = async (enough) => {
    if (enough(requests)) return
    for await (const event of on(server, 'request')) if (event && enough(requests)) return
  }
  return { port: (server.address() as AddressInfo).port, requests, asked }
}

/** A load that is closed with its test. */
export async function started (t: Test, options: Partial<LoadOptions>): Promise<LoadProcess> {
  const load = await LoadProcess.start({ epoch: monotonic(), seed: 1, ports: [], rate: 200, routes: [{ path: '/' }], ...options })
  t.teardown(() => load.close())
  return load
}

export function headersOf (requests: readonly http.IncomingMessage[], name: string): unknown[] {
  return requests.flatMap(({ headers }) => headers[name] ?? [])
}

/** The first of a route, in the order in which they were planned. */
export function firstOf (records: readonly ClientRecord[], route: string): ClientRecord | undefined {
  return [...records].sort((a, b) => a.planned - b.planned).find((record) => record.route === route)
}

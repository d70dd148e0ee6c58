import http from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Milliseconds for the whole of an answer, once more after the first attempt. The agent answers from memory. */
const TIMEOUT = 1_000
/** Bytes. A task of ten containers takes some 30,000. */
const LONGEST = 1_048_576

/** Set in every container by the EC2 agent from 1.39.0 and by Fargate from platform version 1.4.0. */
export const VARIABLE = 'ECS_CONTAINER_METADATA_URI_V4'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** With loopback, where an agent may be: nothing that a variable names is asked anywhere else. */
const linkLocal = new BlockList()
linkLocal.addSubnet('169.254.0.0', 16)
linkLocal.addSubnet('fe80::', 10, 'ipv6')

/** The agent's URL, if it is one that may be asked; else why not, without the URL: it may hold what nobody should read. */
export function readEndpoint (text: string): { readonly url: URL } | { readonly refusal: string } {
  if (!URL.canParse(text)) return { refusal: 'it is no URL' }
  const url = new URL(text)
  const isNear = isIP(bare(url)) !== 0 && [loopback, linkLocal].some((list) => list.check(bare(url), familyOf(url)))
  if (url.protocol !== 'http:') return { refusal: 'it is not http' }
  if (!isNear) return { refusal: 'its host is neither a link-local nor a loopback address' }
  return { url }
}

/** An IPv6 address stands in brackets in a URL. */
function bare ({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function familyOf (url: URL): 'ipv4' | 'ipv6' {
  return isIP(bare(url)) === 6 ? 'ipv6' : 'ipv4'
}

/**
 * Whether this process is within a container of ECS, where the agent has a link-local address; on loopback somebody plays ECS, and
 * the processes and addresses around us are those of a laptop.
 */
export function isContainer ({ [VARIABLE]: uri }: Readonly<Record<string, string | undefined>>): boolean {
  const endpoint = readEndpoint(uri?.trim() ?? '')
  return 'url' in endpoint && !loopback.check(bare(endpoint.url), familyOf(endpoint.url))
}

/** A document in JSON. Rejects with what a person can read, after one more attempt; follows no redirect. */
export async function readDocument (url: URL): Promise<unknown> {
  return await attempt(url).catch(() => attempt(url))
}

async function attempt (url: URL): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT)
  return await new Promise<unknown>((resolve, reject) => {
    const broken = (error: Error): void => reject(signal.aborted ? new Error(`no whole answer within ${TIMEOUT} ms`) : error)
    const request = http.get(url, { signal, agent: false, headers: { accept: 'application/json' } }, (response) => {
      let text = ''
      if (response.statusCode !== 200) {
        response.destroy()
        return reject(new Error(`the answer was ${response.statusCode}`))
      }
      response.setEncoding('utf8').on('error', broken).on('data', (chunk: string) => {
        text += chunk
        if (text.length > LONGEST) request.destroy(new Error(`the answer is longer than ${LONGEST} bytes`))
      })
      response.on('end', () => {
        try {
          resolve(JSON.parse(text))
        } catch {
          reject(new Error('the answer is no JSON'))
        }
      })
    })
    request.on('error', broken)
  })
}

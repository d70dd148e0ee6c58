import http from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Milliseconds for the whole of an answer, once more after the first attempt. The agent answers from memory. */
const TIMEOUT = 1_000
/** Bytes. A task of ten containers takes some 30,000. */
const LONGEST = 1_048_576

/** Where an agent may be: nothing that a variable names is asked anywhere else. */
const near = new BlockList()
near.addSubnet('127.0.0.0', 8)
near.addSubnet('169.254.0.0', 16)
near.addAddress('::1', 'ipv6')
near.addSubnet('fe80::', 10, 'ipv6')

/** The agent's URL, if it is one that may be asked; else why not, without the URL: it may hold what nobody should read. */
export function readEndpoint (text: string): { readonly url: URL } | { readonly refusal: string } {
  if (!URL.canParse(text)) return { refusal: 'it is no URL' }
  const url = new URL(text)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  if (url.protocol !== 'http:') return { refusal: 'it is not http' }
  if (family === 0 || !near.check(host, family === 6 ? 'ipv6' : 'ipv4')) return { refusal: 'its host is neither a link-local nor a loopback address' }
  return { url }
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

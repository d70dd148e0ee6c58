import { BlockList, isIP } from 'node:net'

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

/** A path below the agent's URL, whether that ends with a slash or not. */
export function below (url: URL, path: string): URL {
  const deeper = new URL(url)
  deeper.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`
  return deeper
}

import { BlockList, isIP } from 'node:net'

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

/** A path below the agent's URL, whether that ends with a slash or not. */
export function below (url: URL, path: string): URL {
  const deeper = new URL(url)
  deeper.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`
  return deeper
}

/**
 * Whether this process is within a container of ECS, where the agent has a link-local address; on loopback somebody plays ECS, and
 * the processes and addresses around us are those of a laptop.
 */
export function isContainer ({ [VARIABLE]: uri }: Readonly<Record<string, string | undefined>>): boolean {
  const endpoint = readEndpoint(uri?.trim() ?? '')
  return 'url' in endpoint && !loopback.check(bare(endpoint.url), familyOf(endpoint.url))
}

/** An IPv6 address stands in brackets in a URL. */
function bare ({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function familyOf (url: URL): 'ipv4' | 'ipv6' {
  return isIP(bare(url)) === 6 ? 'ipv6' : 'ipv4'
}

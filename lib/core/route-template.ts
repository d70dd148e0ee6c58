/** Said of a request that no declared route fits. */
export const NO_ROUTE = '(no route)'

interface Route {
  readonly url: string
  readonly pattern: RegExp
}

/** The routes of a service, so that a request can be named without its URL, which may hold what no log should. */
export class RouteTemplates {
  readonly #byMethod = new Map<string, Route[]>()

  /** All at once: they are put into the order in which they are tried. */
  constructor (routes: Iterable<{ readonly method: string, readonly url: string }>) {
    for (const { method, url } of routes) {
      const known = this.#byMethod.get(method) ?? []
      this.#byMethod.set(method, known)
      known.push({ url, pattern: pattern(url) })
    }
    for (const known of this.#byMethod.values()) known.sort((a, b) => precision(b.url) - precision(a.url))
  }

  /** The template of the request's route: as in find-my-way, what is static for longest goes first, and a wildcard last. */
  of (method: string, rawUrl: string): string {
    const path = decoded(rawUrl.split(/[?#;]/, 1)[0]!)
    return this.#byMethod.get(method)?.find((route) => route.pattern.test(path))?.url ?? NO_ROUTE
  }
}

/**
 * Matches what find-my-way would send to `url`, and a little more: a parameter's own pattern is taken for anything. In a time that
 * grows with the path and no faster, since paths are a client's: of the parameters of one segment only the last may end in several places.
 */
function pattern (url: string): RegExp {
  const source = url
    .replace(/\(.*?\)(?=[/:.?-]|$)/g, '') // the pattern in /:id(^\\d+$)
    .replace(/::|\/:[^/]+\?$|:[^/:.-]+|\*|[.+?^${}()|[\]\\]/g, (token, index: number, whole: string) => {
      if (token === '::') return ':'
      if (token.startsWith('/:')) return '(?:/[^/]*)?'
      if (token.startsWith(':')) return parameter(whole.slice(index + token.length))
      return token === '*' ? '.*' : `\\${token}`
    })
  return new RegExp(`^${source}/?$`, 'i')
}

/** What stands before `rest`. If another parameter of the segment comes, it ends where what is between the two first does. */
function parameter (rest: string): string {
  const [, between] = /^((?:::|[^/:*])*):(?!:)/.exec(rest) ?? []
  if (between === undefined) return '[^/]+'
  return between === '' ? '' : `(?:(?!${between.replaceAll('::', ':').replace(/[.+?^${}()|[\]\\]/g, '\\$&')})[^/])*`
}

/** First by the length of what is static; then what is all static, what has a parameter there, and a wildcard last. */
function precision (url: string): number {
  const literal = url.replaceAll('::', '_')
  const prefix = literal.search(/[:*]|$/)
  return prefix * 3 + ({ ':': 1, '*': 0 }[literal[prefix] ?? ''] ?? 2)
}

function decoded (path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

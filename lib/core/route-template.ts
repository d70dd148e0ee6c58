/** Said of a request that no declared route fits. */
export const NO_ROUTE = '(no route)'

interface Route {
  readonly method: string
  readonly url: string
  readonly pattern: RegExp
}

/** The routes of a service, so that a request can be named without its URL, which may hold what no log should. */
export class RouteTemplates {
  readonly #routes: Route[] = []

  add (method: string, url: string): void {
    this.#routes.push({ method, url, pattern: pattern(url) })
  }

  /** The template of the request's route: one without parameters before one with, a wildcard last. */
  of (method: string, rawUrl: string): string {
    const path = rawUrl.split(/[?#;]/, 1)[0]!
    const fitting = this.#routes.filter((route) => route.method === method && route.pattern.test(path))
    return fitting.sort((a, b) => vagueness(a.url) - vagueness(b.url))[0]?.url ?? NO_ROUTE
  }
}

/** Matches what find-my-way would send to `url`, and a little more: a parameter's own pattern is taken for anything. */
function pattern (url: string): RegExp {
  const source = url
    .replace(/\(.*?\)(?=[/:.?-]|$)/g, '') // the pattern in /:id(^\\d+$)
    .replace(/::|\/:[^/]+\?$|:[^/:.-]+|\*|[.+?^${}()|[\]\\]/g, (token) => {
      if (token === '::') return ':'
      if (token.startsWith('/:')) return '(?:/[^/]*)?'
      if (token.startsWith(':')) return '[^/]+'
      return token === '*' ? '.*' : `\\${token}`
    })
  return new RegExp(`^${source}/?$`, 'i')
}

function vagueness (url: string): number {
  return (url.includes('*') ? 1_000 : 0) + url.split(':').length
}

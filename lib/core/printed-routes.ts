export interface Route {
  readonly method: string
  readonly url: string
}

/** A line of the tree: where its label begins, the label, and the methods if a route ends there. */
const LINE = /^((?:[│ ] {3})*(?:[├└]── )?)(.*?)(?: \(([A-Z-]+(?:, [A-Z-]+)*)\)(?: \{.*\})?)?$/

/**
 * The routes in what Fastify's `printRoutes()` prints: a tree in which a route is what stands on the way to it. This is
 * the only place from which all of them can be had: an `onRoute` hook misses those declared in the same turn as the
 * plugin was registered in. Of lines that are not understood nothing is made.
 */
export function printedRoutes (printed: string): Route[] {
  const routes: Route[] = []
  const labels: string[] = []
  for (const line of printed.split('\n')) {
    const [, branch = '', label = '', methods] = LINE.exec(line) ?? []
    const depth = branch.length / 4
    labels.length = Math.min(labels.length, depth)
    labels[depth] = label === '(empty root node)' ? '' : label
    // Where routes differ in a parameter's name only, both names are printed: `:id|:order`.
    const url = labels.join('').replace(/\|:[^/]+/g, '')
    for (const method of methods?.split(', ') ?? []) routes.push({ method, url })
  }
  return routes
}

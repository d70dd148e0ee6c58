import type { Route } from '../../../types/rehearsal'

/** What a route is called in ledgers and sentences, and by `{id of NAME}`. */
export function nameOf ({ name, method = 'GET', path }: Route): string {
  return name ?? `${method} ${path}`
}

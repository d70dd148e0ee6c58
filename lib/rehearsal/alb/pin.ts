/**
 * On what kind of connection a request is to go.
 *
 * - `pooled`: an idle one if there is one, else a new one; that is how all others go
 * - `fresh`: a new one
 * - `crossing`: the one whose goodbye is being held back, else as `pooled`
 * - `split`: a new one, on which the second half of the header waits until it is released
 */
export type How = 'pooled' | 'fresh' | 'crossing' | 'split'

export interface Pin {
  readonly task: number
  readonly how: How
}

/** Reads `<task>;<how>`; undefined for everything else. */
export function pinned (header: string | readonly string[] | undefined): Pin | undefined {
  const match = /^(\d+);(pooled|fresh|crossing|split)$/.exec(String(header))
  return match ? { task: Number(match[1]), how: match[2] as How } : undefined
}

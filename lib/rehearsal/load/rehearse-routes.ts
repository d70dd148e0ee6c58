import type { Random } from '../random'
import type { Client } from './client'
import type { PreparedRoute } from './prepared-route'

export interface RouteRehearsal {
  readonly client: Client
  readonly routes: readonly PreparedRoute[]
  /** How many there are to take turns. */
  readonly nodes: number
  readonly random: Random
  readonly signal: AbortSignal
}

/**
 * Asks every route once, side by side, but none before those whose ids it needs; no more once `signal` aborts. Resolves to
 * what is wrong, as sentences. Where a route does not say its status, that of a good answer is learned.
 */
export async function rehearseRoutes ({ client, routes, nodes, random, signal }: RouteRehearsal): Promise<string[]> {
  const problems: string[] = []
  let left = [...routes]
  while (left.length > 0 && !signal.aborted) {
    const next = left.filter((route) => client.canAsk(route))
    if (next.length === 0) return [...problems, ...left.map(({ name }) => `the route '${name}' could not be asked: it needs the id of a request that failed`)]

    left = left.filter((route) => !next.includes(route))
    await Promise.all(next.map(async (route, turn) => {
      const { sent, answer } = client.ask(route, turn % nodes, random)
      const { status, ended, problem } = await answer
      client.durations.set(route.name, ended - sent)
      if (problem !== undefined) problems.push(`the route '${route.name}' is not answered as it should be: ${problem}`)
      else client.learned.set(route.name, status!)
    }))
  }
  return problems
}

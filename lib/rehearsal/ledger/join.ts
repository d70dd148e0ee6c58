import type { ForwardRecord, RequestClass, RequestRecord, ServerRecord, TaskRecord } from '../../../types/rehearsal'
import type { ClientRecord } from '../load/index'

export interface Ledgers {
  readonly client: readonly ClientRecord[]
  readonly balancer: readonly ForwardRecord[]
  readonly server: readonly ServerRecord[]
  readonly tasks: readonly TaskRecord[]
  /** The routes whose requests must have an effect. */
  readonly effects: ReadonlySet<string>
}

/** What the service says of one request. Where it does not tell, nothing follows from its silence. */
interface Witness {
  /** Whether it keeps a ledger, and tells of starts in it. */
  readonly kept: boolean
  readonly tellsStarts: boolean
  readonly started: boolean
  readonly done: boolean
}

/**
 * What became of every request: what the client saw, held against what the balancer did with it and what the service
 * says of it. Nothing is left out, and nothing is decided twice.
 */
export function join ({ client, balancer, server, tasks, effects }: Ledgers): RequestRecord[] {
  const forwards = new Map(balancer.map((record) => [record.id, record]))
  const events = byId(server)
  const stops = new Map(tasks.map(({ task, stop }) => [task, stop]))
  const tellsStarts = server.some(({ event }) => event === 'start')

  return client.map((seen) => {
    const forward = forwards.get(seen.id)
    const of = events.get(seen.id) ?? []
    const witness = { kept: server.length > 0, tellsStarts, started: of.length > 0, done: of.some(({ event }) => event === 'effect') }
    const decided = forward?.task === undefined ? undefined : stops.get(forward.task)?.decided
    const stopping = decided !== undefined && forward !== undefined && forward.ended >= decided
    const { id, route, probe, node, planned, sent, ended, status, bytes } = seen
    const [kind, cause] = classify(seen, forward, witness, stopping, effects.has(route))
    return { id, route, probe, node, planned, sent, ended, status, bytes, class: kind, cause, task: forward?.task }
  })
}

function classify (
  seen: ClientRecord, forward: ForwardRecord | undefined, witness: Witness, stopping: boolean, effect: boolean
): [RequestClass, string?] {
  if (seen.whole && seen.expected) {
    if (effect && witness.kept && !witness.done) return ['work-lost', 'answered, and the service did not do it']
    return seen.late ? ['late', `${Math.round(seen.ended - seen.planned)} ms`] : ['ok']
  }
  const cause = seen.balancer ?? forward?.cause ?? seen.problem ?? 'cut'
  const byBalancer = seen.balancer !== undefined
  if (!byBalancer && seen.status !== undefined) {
    if (!seen.whole) return [seen.status < 400 ? 'truncated' : 'cut', cause]
    if (stopping && (seen.status === 503 || seen.status === 429)) return ['rejected', `${seen.status} by a task that was being stopped`]
    return ['wrong', seen.problem ?? `${seen.status}`]
  }

  const status = seen.status === undefined ? 'cut' : `${seen.status}`
  const said = `${status}: ${cause}`
  if (witness.done) return ['effect-unseen', said]
  if (witness.started) return ['cut', said]
  const neverThere = forward === undefined || forward.outcome === 'refused' || forward.outcome === 'no-target'
  return [neverThere || witness.tellsStarts ? 'refused' : 'cut', said]
}

/** Ids that the service began or did more than once. */
export function duplicates (server: readonly ServerRecord[]): string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const { id, event } of server) {
    const key = `${event} ${id}`
    if (event !== 'end' && seen.has(key)) twice.add(id)
    seen.add(key)
  }
  return [...twice]
}

function byId (server: readonly ServerRecord[]): Map<string, ServerRecord[]> {
  const groups = new Map<string, ServerRecord[]>()
  for (const record of server) {
    const group = groups.get(record.id)
    if (group) group.push(record)
    else groups.set(record.id, [record])
  }
  return groups
}

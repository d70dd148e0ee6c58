import type { Severity, Timings } from '../../../types/index'
import { seconds, term, violation, type Inequality } from '../../core/preflight/inequality'
import type { Chosen, Finding } from './held'
import type { WorkerRule } from '../worker-props'

/** Milliseconds. */
export interface WorkerFacts {
  readonly plan?: Timings
  readonly waitTime?: number
  readonly visibilityTimeout?: number
  readonly longestMessage?: number
}

interface Row {
  readonly id: WorkerRule
  readonly severity: Severity
  readonly costs: string
  requires (facts: WorkerFacts): Inequality
  remedy (facts: WorkerFacts): string
}

/** Do the queue's times fit the time that a stop gives to messages, which ends at the force point? */
const rows: readonly Row[] = [
  {
    id: 'last-poll',
    severity: 'error',
    costs: 'what the last poll brings, at a stop: it stays invisible until its visibility timeout',
    requires: (facts) => ({ left: [term('the consumer\'s wait time', facts.waitTime)], relation: 'at most', right: [forcePoint(facts)] }),
    remedy: ({ plan }) => `lower waitTime, in the consumer too, to ${seconds(leftForWork(plan)!)} or less: a poll that is aborted may take messages with it`
  },
  {
    id: 'visibility',
    severity: 'warning',
    costs: 'work that is done twice, at a stop: what a handler is still busy with is given to another task, unless a heartbeat prolongs it (fastify-ecs-graceful/sqs has one)',
    requires: (facts) => ({ left: [term('the visibility timeout', facts.visibilityTimeout)], relation: 'at least', right: [forcePoint(facts)] }),
    remedy: ({ plan }) => `set visibilityTimeout to ${seconds(plan!.stopTimeout)}`
  },
  {
    id: 'longest-message',
    severity: 'warning',
    costs: 'work that is begun again, at each stop: the message is handed back unfinished at the force point',
    requires: (facts) => ({ left: [term('longestMessage', facts.longestMessage)], relation: 'at most', right: [forcePoint(facts)] }),
    remedy: () => 'raise stopTimeout, let tasks protect themselves while they work (protect), or cut the work into smaller messages'
  }
]

export const workerRuleIds: readonly WorkerRule[] = rows.map(({ id }) => id)

export function workerFindings (facts: WorkerFacts, chosen: Chosen<WorkerRule> = {}): Finding[] {
  return rows.flatMap(({ id, costs, requires, remedy, ...row }) => {
    const severity = chosen[id] ?? row.severity
    const says = violation(requires(facts))
    return says === undefined || severity === 'off' ? [] : [{ rule: id, severity, says, costs, remedy: remedy(facts) }]
  })
}

/** From the signal to the force point. */
function leftForWork (plan: Timings | undefined): number | undefined {
  return plan && plan.stopTimeout - plan.closeTimeout - plan.safetyMargin
}

function forcePoint ({ plan }: WorkerFacts) {
  return term('the force point', leftForWork(plan))
}

import { planTimings } from '../timing-plan'
import { seconds, term } from './inequality'
import type { Rule } from './rule'

/** The range of Fargate, in milliseconds. */
const FARGATE = { least: 2_000, most: 120_000 }
/** What is commonly advised to be left over. */
const BUFFER = 10_000

const ECS_DEFINITION = 'ECS API, ContainerDefinition, stopTimeout'

/** Do the application's times fit the time that ECS gives it? */
export const timingRules: readonly Rule[] = [
  {
    id: 'budget',
    severity: 'error',
    holds: 'the timings together fit into the stop timeout',
    costs: 'SIGKILL in the middle of the drain: all requests in flight, at every stop',
    source: 'docs/timeline.md',
    requires: ({ plan, stopTimeout }) => {
      if (plan || stopTimeout === undefined) return
      const planned = planTimings({ options: { stopTimeout } })
      return 'finding' in planned ? planned.finding.message : undefined
    },
    remedy: () => 'raise stopTimeout in the task definition'
  },
  {
    id: 'stop-timeout',
    severity: 'error',
    holds: 'the application plans with no more time than the task definition gives it',
    costs: 'SIGKILL before the drain is over: all requests in flight at that moment, and clients that are never closed',
    source: ECS_DEFINITION,
    requires: ({ plan, stopTimeout }) => ({
      left: [term('the stop timeout that the application plans with', plan?.stopTimeout)],
      relation: 'at most',
      right: [term('the task definition\'s stopTimeout', stopTimeout)]
    }),
    remedy: ({ plan }) => `set stopTimeout of the container to ${seconds(plan!.stopTimeout)}, or give the application less`
  },
  {
    id: 'fargate-stop-timeout',
    severity: 'error',
    holds: 'on Fargate the stop timeout is 2 to 120 s',
    costs: 'no task starts: ECS refuses the task definition',
    source: ECS_DEFINITION,
    requires: ({ capacity, plan, stopTimeout = plan?.stopTimeout }) => {
      if (capacity === undefined || capacity === 'ec2' || stopTimeout === undefined) return
      if (stopTimeout < FARGATE.least) return { left: [term('stopTimeout', stopTimeout)], relation: 'at least', right: [term('Fargate\'s least', FARGATE.least)] }
      return { left: [term('stopTimeout', stopTimeout)], relation: 'at most', right: [term('Fargate\'s most', FARGATE.most)] }
    },
    remedy: () => 'set stopTimeout of the container to 2 to 120 s'
  },
  {
    id: 'ec2-stop-timeout',
    severity: 'warning',
    holds: 'on EC2 the stop timeout is at most 120 s, as far as AWS\'s own texts agree',
    costs: 'perhaps none: the agent knows no upper bound, but one guide of AWS\'s does. If it is right, SIGKILL comes at 120 s',
    source: 'ECS agent, config.go, against the ECS guide to task definitions: they disagree',
    requires: ({ capacity, stopTimeout }) => capacity === 'ec2'
      ? { left: [term('stopTimeout', stopTimeout)], relation: 'at most', right: [term('the portable most', FARGATE.most)] }
      : undefined,
    remedy: () => 'stay at 120 s or below, or stop a task and look at its exit code'
  },
  {
    id: 'longest-request',
    severity: 'warning',
    holds: 'the longest request fits into the grace period',
    costs: 'requests that arrive late in the longest lame duck and take longer than the grace period are cut',
    source: 'docs/timeline.md',
    requires: ({ plan, longestRequest }) => ({
      left: [term('gracePeriod', plan?.gracePeriod)], relation: 'at least', right: [term('longestRequest', longestRequest)]
    }),
    remedy: ({ longestRequest }) => `set gracePeriod to ${longestRequest} or more, and raise stopTimeout if it does not fit`
  },
  {
    id: 'buffer',
    severity: 'info',
    holds: 'the stop timeout leaves 10 s over drain delay, longest request and close timeout',
    costs: 'none by itself: nothing is left for a load balancer that looks away late',
    source: 'commonly advised',
    requires: ({ plan, longestRequest }) => ({
      left: [term('stopTimeout', plan?.stopTimeout)],
      relation: 'at least',
      right: [term('drainDelay', plan?.drainDelay), term('longestRequest', longestRequest), term('closeTimeout', plan?.closeTimeout), term('', BUFFER)]
    }),
    remedy: () => 'raise stopTimeout, in the task definition too'
  }
]

import t from 'tap'

import { run } from '../../../lib/rehearsal/run'
import { sampleCommand } from '../../../lib/rehearsal/sample/index'
import { readSettings } from '../../../lib/rehearsal/settings'
import type { Draws } from '../../../lib/rehearsal/simulate/draws'
import { perform } from '../../../lib/rehearsal/simulate/perform'
import { readSimulation } from '../../../lib/rehearsal/simulate/settings'
import { planOf } from '../../../lib/rehearsal/simulate/simulate'
import type { RehearsalOptions, RunResult, StopRecord } from '../../../types/rehearsal'

/** A short stop timeout, for a short test; one second is enough for nobody, so that each task waits for quiet or for the limit. */
const shared = {
  tasks: 2, nodes: 1, order: 'together', lag: [0, 0], deregistrationDelay: 2, stopTimeout: 8, rate: 20, seed: 3
} as const satisfies RehearsalOptions
/** Between processes on a busy machine: this compares the logic of two stages, not their speed. */
const TOLERANCE = 2_500

// Not the closing of the listener: on this machine that is looked for every 50 ms, and a task may be gone before.
const steps = ['deregistered', 'signalled', 'exited'] as const
type Steps = Pick<StopRecord, 'decided' | typeof steps[number]>

/** In the order in which they happened. */
function sequence (stop: Steps) {
  return steps.filter((step) => stop[step] !== undefined).sort((a, b) => stop[a]! - stop[b]!)
}

/** Chance as it was in a run of two tasks that were replaced by two. */
function drawsOf ({ tasks, health }: RunResult): Draws {
  const provisioned = (task: number) => tasks[task - 1]!.states[0]!.at
  const began = provisioned(3)
  const firstPassed = (task: number) => health.find((record) => record.task === task && record.health === 'healthy')!.at
  return {
    startTime: (task) => firstPassed(task) - provisioned(task),
    check: (task) => firstPassed(task) - began,
    lag: () => 0,
    requestPhase: () => 0.5
  }
}

t.test('a small fleet on paper is stopped as the same fleet is on this machine', async (t) => {
  const real = await run({
    settings: readSettings({ ...shared, command: sampleCommand(), probes: false }),
    env: { ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: String(shared.stopTimeout) },
    seed: shared.seed,
    onEvent () {}
  })
  const settings = readSimulation({ ...shared, longestRequest: 50 })
  const [paper] = await perform({ settings, plan: planOf(settings), draws: drawsOf(real) })

  t.strictSame(paper!.old.map(({ task }) => task), [1, 2])
  for (const { task, stop } of paper!.old) {
    const { stop: realStop } = real.tasks[task - 1]!
    t.strictSame(sequence(stop!), ['deregistered', 'signalled', 'exited'])
    t.strictSame(sequence(realStop!), sequence(stop!))
    for (const step of steps) {
      const [onPaper, onMachine] = [stop![step]! - stop!.decided, realStop![step]! - realStop!.decided]
      t.ok(Math.abs(onPaper - onMachine) < TOLERANCE, `task ${task} ${step}: ${onPaper} ms on paper, ${onMachine} ms on this machine`)
    }
  }
})

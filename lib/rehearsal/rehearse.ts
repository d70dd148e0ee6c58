import { availableParallelism } from 'node:os'

import type { ControlResult, RehearsalOptions, RehearsalResult, RehearsalSettings, RunResult } from '../../types/rehearsal'
import { errors } from '../errors'
import { controlResult, controls, type Control } from './controls/index'
import { unfit } from './platform'
import { run } from './run'
import { readSettings } from './settings'
import { canBePid1 } from './task/index'
import { judge } from './verdict/index'
import { packageVersion } from './version'

/**
 * Runs a service behind a small ALB, deploys it again and again under an open load, in every order in which ECS stops
 * tasks, and says what a user would have seen.
 *
 * The service is a stranger: it is started by its command, met by HTTP and signals, and killed if it is still there at
 * the end. Losing requests is a result; what cannot be rehearsed rejects, with `FST_ECS_OPTION_INVALID`,
 * `FST_ECS_OPTION_UNKNOWN` or `FST_ECS_REHEARSAL_IMPOSSIBLE`, or with the reason of an aborted `signal`. No process,
 * port or file is left in any case.
 */
export async function rehearse (options: RehearsalOptions = {}): Promise<RehearsalResult> {
  const obstacle = unfit()
  if (obstacle !== undefined) throw new errors.RehearsalImpossible(obstacle)
  const { settings, notes } = await prepare(readSettings(options))
  const onEvent: NonNullable<RehearsalOptions['onEvent']> = (event) => {
    if (event.type === 'note' && !notes.includes(event.text)) notes.push(event.text)
    options.onEvent?.(event)
  }
  for (const text of notes) options.onEvent?.({ type: 'note', text })
  const { env = {}, signal } = options

  const runs: RunResult[] = []
  for (let seed = settings.seed; seed < settings.seed + settings.seeds; seed++) {
    onEvent({ type: 'run', name: 'the service', seed })
    runs.push(await run({ settings, env, seed, signal, onEvent }))
  }
  const controlled = settings.controls ? await runControls(settings, { signal, onEvent }) : []

  const judgement = judge(settings, runs, controlled)
  const worst = runs.reduce((a, b) => a.lateness.p999 >= b.lateness.p999 ? a : b)
  const environment = { package: packageVersion(), node: process.version, platform: `${process.platform} ${process.arch}`, cores: availableParallelism() }
  return { version: 1, ...judgement, settings, lateness: worst.lateness, runs, controls: controlled, notes, environment }
}

/** What this machine cannot do is done without, and said. */
async function prepare (settings: RehearsalSettings): Promise<{ settings: RehearsalSettings, notes: string[] }> {
  if (!settings.pid1 || await canBePid1()) return { settings, notes: [] }
  const note = 'pid1: this machine gives no PID namespace (Linux with unshare, as root or with user namespaces), so the command runs as an ordinary process'
  return { settings: { ...settings, pid1: false }, notes: [note] }
}

/** All of them side by side: small fleets that mostly wait. Also for tests that want one only. */
export async function runControls (
  { seed }: Pick<RehearsalSettings, 'seed'>, { signal, onEvent = () => {} }: Pick<RehearsalOptions, 'signal' | 'onEvent'>, chosen: readonly Control[] = controls
): Promise<ControlResult[]> {
  return await Promise.all(chosen.map(async (control) => {
    onEvent({ type: 'run', name: `control: ${control.name}`, seed })
    const settings = readSettings({ ...control.options, seed })
    return controlResult(control, await run({ settings, env: {}, seed, signal, onEvent: () => {} }))
  }))
}

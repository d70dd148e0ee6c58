import timers from 'node:timers/promises'

import { startPostgres } from '../../examples/checkout/postgres'
import { sideBySide } from '../side-by-side'
import { cases, type Behaviour, type Case } from './behaviours'
import type { Setup } from './setups'
import { Subject } from './subject'

/** What one set-up did in one case, run by run. */
export interface BehaviourCell {
  readonly case: string
  readonly id: string
  readonly runs: readonly Behaviour[]
}

/** How many start at a time: a start keeps a core busy. */
const STARTS = 3
/** Between one server's instant and the next one's, in milliseconds: those that end after the same delay do not end together. */
const APART = 150

/** Case by case: all servers are started first, and brought to their instant one after another then. */
export async function measureBehaviours (
  setups: readonly Setup[], runs: number, chosen: readonly Case[] = cases, progress: (title: string) => void = () => {}
): Promise<BehaviourCell[]> {
  const cells: BehaviourCell[] = []
  for (const one of chosen) {
    progress(one.title)
    cells.push(...await perform(one, setups, runs))
  }
  return cells
}

async function perform (one: Case, setups: readonly Setup[], runs: number): Promise<BehaviourCell[]> {
  const database = one.pool ? await startPostgres() : undefined
  try {
    const env: Record<string, string> = database ? { DATABASE_URL: database.url } : {}
    const waiting = setups.flatMap((setup) => Array.from({ length: runs }, () => setup))
    const subjects = await sideBySide(STARTS, waiting.map((setup) => async () => {
      const subject = new Subject(setup, env)
      return { setup, subject, port: await subject.ready() }
    }))
    const behaviours = await Promise.all(subjects.map(async ({ setup, subject, port }, index) => {
      await timers.setTimeout(index * APART)
      return { setup, behaviour: await one.run(subject, port) }
    }))
    return setups.map(({ id }) => ({ case: one.id, id, runs: behaviours.filter(({ setup }) => setup.id === id).map(({ behaviour }) => behaviour) }))
  } finally {
    await database?.stop()
  }
}

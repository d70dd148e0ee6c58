import t from 'tap'

import { Lifecycle } from '../../lib/core/lifecycle'
import type { Phase } from '../../types/index'

const phases: Phase[] = ['starting', 'ready', 'draining', 'closing', 'closed']

function at (...steps: Phase[]) {
  const changes: Phase[] = []
  const lifecycle = new Lifecycle((phase) => changes.push(phase))
  for (const step of steps) lifecycle.advance(step)
  return { lifecycle, changes }
}

/** The phases that may follow the last of `steps`. */
function next (...steps: Phase[]) {
  return phases.filter((phase) => {
    try {
      at(...steps).lifecycle.advance(phase)
      return true
    } catch {
      return false
    }
  })
}

t.test('a task begins by starting', async (t) => {
  t.equal(at().lifecycle.phase, 'starting')
})

t.test('every change of phase is told, in order', async (t) => {
  const { lifecycle, changes } = at('ready', 'draining', 'closing', 'closed')

  t.strictSame(changes, ['ready', 'draining', 'closing', 'closed'])
  t.equal(lifecycle.phase, 'closed')
})

t.test('the new phase stands when the change is told', async (t) => {
  const seen: Phase[] = []
  const lifecycle: Lifecycle = new Lifecycle(() => seen.push(lifecycle.phase))

  lifecycle.advance('draining')

  t.strictSame(seen, ['draining'])
})

t.test('phases only go forwards: a start may be stopped, a stop may not be taken back', async (t) => {
  t.strictSame(next(), ['ready', 'draining', 'closing'])
  t.strictSame(next('ready'), ['draining', 'closing'])
  t.strictSame(next('ready', 'draining'), ['closing'])
  t.strictSame(next('ready', 'draining', 'closing'), ['closed'])
  t.strictSame(next('ready', 'draining', 'closing', 'closed'), [])
})

t.test('a step that the table does not know throws by name, changes nothing and is not told', async (t) => {
  const { lifecycle, changes } = at('ready', 'draining')

  t.throws(() => lifecycle.advance('ready'), { message: 'a task that is draining cannot become ready' })

  t.equal(lifecycle.phase, 'draining')
  t.strictSame(changes, ['ready', 'draining'])
})

t.test('a task is stopping from draining on', async (t) => {
  const stories: Phase[][] = [[], ['ready'], ['ready', 'draining'], ['closing'], ['closing', 'closed']]

  t.strictSame(stories.map((story) => at(...story).lifecycle.stopping), [false, false, true, true, true])
})

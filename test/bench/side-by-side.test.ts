import timers from 'node:timers/promises'
import t from 'tap'

import { sideBySide } from '../../bench/side-by-side'

t.test('results come in the order of the work, whoever is done first', async (t) => {
  let release = (): void => {}
  const last = new Promise<string>((resolve) => { release = () => resolve('a') })

  const results = sideBySide(2, [() => last, async () => 'b', async () => {
    release()
    return 'c'
  }])

  t.strictSame(await results, ['a', 'b', 'c'])
})

t.test('no more than the limit runs at a time', async (t) => {
  let running = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running)
    await timers.setImmediate()
    running--
  }

  await sideBySide(3, Array.from({ length: 10 }, () => work))

  t.equal(most, 3)
})

t.test('a failure is told once nothing runs any more, and nothing else is begun', async (t) => {
  const told: string[] = []
  const work = [
    async () => { throw new Error('first') },
    async () => {
      await timers.setImmediate()
      told.push('ended')
    },
    async () => { told.push('begun') }
  ]

  await t.rejects(sideBySide(2, work), { message: 'first' })

  t.strictSame(told, ['ended'])
})

t.test('without work there are no results', async (t) => {
  t.strictSame(await sideBySide(2, []), [])
})

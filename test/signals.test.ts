import { EventEmitter } from 'node:events'
import t from 'tap'

import { handleSignals, type Stoppable } from '../lib/signals'

const EVENTS = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection']

t.test('a listener stays as long as a service needs it, and no longer', async (t) => {
  const process = new EventEmitter()
  const handled = (...signals: Stoppable['signals']) => handleSignals({ signals } as Stoppable, process as NodeJS.Process)
  const counts = (): number[] => EVENTS.map((event) => process.listenerCount(event))

  const [one, other] = [handled('SIGTERM', 'SIGINT'), handled('SIGTERM')]
  t.strictSame(counts(), [1, 1, 1, 1])
  one.release()
  t.strictSame(counts(), [1, 0, 1, 1], 'SIGINT would find nobody to stop')
  other.release()
  t.strictSame(counts(), [0, 0, 0, 0])
})

import { seconds } from '../../rehearsal/report/words'
import type { Survey } from '../subject'

/** What a survey has found, in a sentence. */
export function described ({ offers, protocol, drain }: Survey): string {
  const others = [...offers].filter((need) => need !== protocol && need !== 'signal').sort()
  const { unhealthy, listenerClosed, exited } = drain
  const times = [
    unhealthy === undefined ? 'health never changed' : `health changed after ${seconds(unhealthy, 2)}`,
    listenerClosed === undefined ? 'the listener never closed' : `the listener closed after ${seconds(listenerClosed, 2)}`,
    exited === undefined ? 'SIGKILL had to end it' : `gone after ${seconds(exited, 2)}`
  ]
  return `offers ${[protocol, ...others].join(', ')}; undisturbed, ${times.join(', ')}`
}

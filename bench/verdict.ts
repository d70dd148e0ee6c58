import type { Summary } from './statistics'

/** The least part of a bare server's throughput that the plugin must leave. */
export const LEAST_RATIO = 0.99

export interface Verdict {
  /** Where the plugin's median lies, seen from the control's interval; `unknown` when there were too few rounds for one. */
  readonly position: 'inside' | 'below' | 'above' | 'unknown'
  /** At least `LEAST_RATIO`, and inside. */
  readonly met: boolean
  readonly sentence: string
}

/**
 * Holds the plugin's throughput ratio against that of a second bare server. What two equal servers differ by is the noise of the
 * machine, so a plugin inside the control's interval has no cost that this run could see; how large a one the intervals of both would hide,
 * the sentence says.
 */
export function judge ({ median, interval: own }: Summary, { interval }: Summary): Verdict {
  const ratio = median.toFixed(3)
  if (interval === null) return { position: 'unknown', met: false, sentence: `Too few rounds for a verdict; the plugin's median is ${ratio}.` }
  const [low, high] = interval

  const position = median < low ? 'below' : median > high ? 'above' : 'inside'
  const enough = median >= LEAST_RATIO
  const where = position === 'inside' ? 'inside' : `outside (${position})`
  return {
    position,
    met: enough && position === 'inside',
    sentence: `The plugin's median ${ratio} is ${enough ? 'at least' : 'less than'} ${LEAST_RATIO} and ${where} the control's interval ` +
      `${low.toFixed(3)} to ${high.toFixed(3)}. ${position === 'inside' && low < LEAST_RATIO ? meaning.unclear : meaning[position]} ` +
      `A cost below ${((1 - Math.min(low, own?.[0] ?? 1, 1)) * 100).toFixed(1)} % would not show in this run.`
  }
}

const meaning = {
  inside: 'No cost was measured.',
  unclear: 'But the noise was wider than the target, so this proves little: run again on a quiet machine.',
  below: 'Either the plugin costs something or the machine was busy: run again.',
  above: 'No plugin makes a server faster: the machine was busy, run again.'
} as const

import type { Lateness } from '../../../types/rehearsal'

/** By how much the open load was behind its plan; probes have no plan. */
export function latenessOf (
  records: readonly { readonly probe?: string, readonly planned: number, readonly sent: number }[], unsent: number
): Lateness {
  const delays = records.filter(({ probe }) => probe === undefined).map(({ planned, sent }) => sent - planned).sort((a, b) => a - b)
  const ranked = (share: number): number => delays[Math.max(0, Math.ceil(share * delays.length) - 1)] ?? 0
  return { median: ranked(0.5), p999: ranked(0.999), max: ranked(1), unsent }
}

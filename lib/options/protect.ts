import { refuse, wholeNumber, withDefaults } from '../option-checks'

/** AWS's own minutes. */
export const EXPIRES_IN_MINUTES = { least: 1, most: 2_880, default: 120 } as const

/** What `protect` is given, as minutes. `path` is where it stands. */
export function protectMinutes (given: unknown, path = 'protect'): number {
  const { expiresInMinutes } = withDefaults(path, given, { expiresInMinutes: EXPIRES_IN_MINUTES.default })
  return wholeNumber(`${path}.expiresInMinutes`, expiresInMinutes, EXPIRES_IN_MINUTES.least, EXPIRES_IN_MINUTES.most)
}

/** What `track` is given beside its work, as the minutes of its protection; undefined for none. */
export function trackMinutes (given: unknown): number | undefined {
  const { protect } = withDefaults('track', given, { protect: false })
  if (protect === false) return
  if (protect !== true && typeof protect !== 'object') refuse('track.protect', 'true, false or { expiresInMinutes }', protect)
  return protectMinutes(protect === true ? undefined : protect, 'track.protect')
}

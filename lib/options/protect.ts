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
  return minutesOf('track.protect', withDefaults('track', given, { protect: false }).protect)
}

/** An option that protects, as minutes; undefined for none. */
export function minutesOf (path: string, given: unknown): number | undefined {
  if (given === false) return
  if (given !== true && typeof given !== 'object') refuse(path, 'true, false or { expiresInMinutes }', given)
  return protectMinutes(given === true ? undefined : given, path)
}

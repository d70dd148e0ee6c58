/** fastify-cli's own, in milliseconds. */
const DEFAULT = 500

/**
 * For how long fastify-cli lets a stop go on, where these arguments are `fastify start …` (the program first); undefined where they
 * are not, or where a configuration file may say otherwise. Milliseconds.
 */
export function closeGraceDelay (args: readonly string[], env: Readonly<Record<string, string | undefined>>): number | undefined {
  const program = args.findIndex((arg) => /(^|[\\/])fastify(-cli[\\/]cli\.js)?$/.test(arg))
  if (program < 0 || args[program + 1] !== 'start') return
  const given = args.slice(program + 2).flatMap((arg, index, rest) => {
    const [, value, short] = /^(?:--close-grace-delay|-g)(?:=(.*))?$|^-g(\d+)$/.exec(arg) ?? []
    if (value !== undefined || short !== undefined) return [value ?? short!]
    return arg === '--close-grace-delay' || arg === '-g' ? [rest[index + 1] ?? ''] : []
  }).at(-1) ?? env.FASTIFY_CLOSE_GRACE_DELAY
  const isConfigured = env.FASTIFY_CONFIG !== undefined || args.some((arg) => /^(--config|-c)(=|$)/.test(arg))
  if (given === undefined && isConfigured) return
  const delay = Number(given ?? DEFAULT)
  return Number.isFinite(delay) ? delay : undefined
}

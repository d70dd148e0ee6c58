type Variables = Readonly<Record<string, string | undefined>>

/** fastify-cli's own, in milliseconds. */
export const CLOSE_GRACE_DELAY = 500

/** Its options in short, alone or behind others that take no value. */
const DELAY = /^(?:--close-grace-delay|--closeGraceDelay|-[PowVdh]*g)(?:=(.*))?$|^-[PowVdh]*g(\d+)$/
const CONFIG = /^(?:--config(?:=|$)|-[PowVdh]*c)/

/**
 * For how long fastify-cli lets a stop go on, where these arguments are `fastify start …` (the program first); undefined where they
 * are not, or where a file of its own may say so. Milliseconds.
 */
export function closeGraceDelay (args: readonly string[], env: Variables): number | undefined {
  const said = saidCloseGraceDelay(args, env)
  return said === 'default' ? CLOSE_GRACE_DELAY : said
}

/** The same, for whoever wants to know whether anybody said it. */
export function saidCloseGraceDelay (args: readonly string[], env: Variables): number | 'default' | undefined {
  const program = args.findIndex((arg) => /(^|[\\/])fastify(-cli[\\/]cli\.js)?$/.test(arg))
  if (program < 0 || args[program + 1] !== 'start') return
  const options = ownOptions(args.slice(program + 2))
  const given = options.flatMap((arg, index) => {
    const found = DELAY.exec(arg)
    return found ? [found[1] ?? found[2] ?? options[index + 1] ?? ''] : []
  }).at(-1) ?? env.FASTIFY_CLOSE_GRACE_DELAY
  if (given === undefined) return env.FASTIFY_CONFIG !== undefined || options.some((arg) => CONFIG.test(arg)) ? undefined : 'default'
  const delay = Number(given)
  return Number.isFinite(delay) ? delay : undefined
}

/** What follows `--` is the application's. */
function ownOptions (args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return end < 0 ? args : args.slice(0, end)
}

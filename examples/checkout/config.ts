/** What the service must be told, and where it listens. */
export interface Config {
  readonly port: number
  readonly host: string
  readonly databaseUrl: string
  readonly redisUrl: string
  /** Where orders are published; undefined for nowhere. */
  readonly queueUrl?: string
  /** False for the same service without the plugin, the control. */
  readonly graceful: boolean
}

/** Reads the environment. Throws one error that names all that is missing or does not fit. */
export function readConfig (env: Readonly<Record<string, string | undefined>>): Config {
  const missing = ['PORT', 'DATABASE_URL', 'REDIS_URL'].filter((name) => !env[name])
  const problems = missing.map((name) => `${name} is not set`)

  const { PORT, HOST, DATABASE_URL, REDIS_URL, GRACEFUL } = env
  if (PORT && !isPort(PORT)) problems.push(`PORT must be a whole number from 0 to 65535, but is '${PORT}'`)
  if (GRACEFUL && GRACEFUL !== 'on' && GRACEFUL !== 'off') problems.push(`GRACEFUL must be on or off, but is '${GRACEFUL}'`)
  if (problems.length > 0) throw new Error(`The service cannot start: ${problems.join('; ')}`)

  return Object.freeze({
    port: Number(PORT),
    host: HOST || '0.0.0.0', // an empty variable counts as not set
    databaseUrl: DATABASE_URL!,
    redisUrl: REDIS_URL!,
    ...env.QUEUE_URL ? { queueUrl: env.QUEUE_URL } : {},
    graceful: GRACEFUL !== 'off'
  })
}

function isPort (value: string): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535
}

/** What the worker must be told. The SQS client reads its region and credentials by itself. */
export interface Config {
  readonly port: number
  readonly host: string
  readonly databaseUrl: string
  readonly queueUrl: string
  /** False for the naive worker, the control. */
  readonly graceful: boolean
}

/** Reads the environment. Throws one error that names all that is missing. */
export function readConfig (env: Readonly<Record<string, string | undefined>>): Config {
  const missing = ['PORT', 'DATABASE_URL', 'QUEUE_URL'].filter((name) => !env[name])
  if (missing.length > 0) throw new Error(`The worker cannot start: ${missing.map((name) => `${name} is not set`).join('; ')}`)
  return Object.freeze({
    port: Number(env.PORT),
    host: env.HOST || '0.0.0.0', // an empty variable counts as not set
    databaseUrl: env.DATABASE_URL!,
    queueUrl: env.QUEUE_URL!,
    graceful: env.GRACEFUL !== 'off'
  })
}

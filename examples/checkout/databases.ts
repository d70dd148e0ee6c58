import { startPostgres, type Database } from './postgres'
import { startRedis } from './redis'

export interface Databases {
  readonly databaseUrl: string
  readonly redisUrl: string
  /** Ends what was started here, and only that. */
  stop (): Promise<void>
}

/**
 * Starts PostgreSQL and Redis for a rehearsal or a test. Where `DATABASE_URL` or `REDIS_URL` names one, that one is used
 * instead, and neither started nor stopped.
 */
export async function startDatabases (env: NodeJS.ProcessEnv = process.env): Promise<Databases> {
  const postgres = env.DATABASE_URL ? foreign(env.DATABASE_URL) : await startPostgres()
  try {
    const redis = env.REDIS_URL ? foreign(env.REDIS_URL) : await startRedis(env)
    return {
      databaseUrl: postgres.url,
      redisUrl: redis.url,
      stop: async () => { await Promise.all([postgres.stop(), redis.stop()]) }
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

function foreign (url: string): Database {
  return { url, stop: async () => {} }
}

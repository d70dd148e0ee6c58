import { LogController, type FastifyServerOptions } from 'fastify'
import { join } from 'node:path'

/** A log in a file of its own, without a line for each request: the soak reads the last line of a task from there. */
export function logged (env: NodeJS.ProcessEnv): FastifyServerOptions {
  return { logger: { file: join(env.SOAK_LOGS!, `${env.PORT}.log`) }, logController: new LogController({ disableRequestLogging: true }) }
}

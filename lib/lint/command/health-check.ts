import { UNKNOWN, type Maybe } from '../values'

/** Where our own check asks unless it is told. */
const LIVE_PATH = '/health/live'

/** The path that a container's health check asks for: of the first URL in it, or our own check's. */
export function pathOfCheck (command: Maybe<ReadonlyArray<Maybe<string>>>): string | undefined {
  if (command === UNKNOWN || command === undefined || command[0] === 'NONE' || command.includes(UNKNOWN)) return
  const text = command.join(' ')
  const url = /(?:https?:\/\/[^\s/'"`|;)]+|\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::[^\s/'"`|;)]+)?)(\/[^\s'"`|;)?#]*)?/.exec(text)
  if (url) return url[1] ?? '/'
  return /dist\/cli\/check\.js|fastify-ecs-graceful check/.test(text) ? LIVE_PATH : undefined
}

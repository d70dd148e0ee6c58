import type { Clock } from '../core/clock'
import { AGENT_VARIABLE, protectionEndpoint } from './protection-endpoint'
import { ProtectionKeeper } from './protection-keeper'

const KEEPERS = Symbol.for('fastify-ecs-graceful.protection')

/**
 * The keeper for the task that this process is in. There is one for all instances in it, because there is one task: what one of
 * them gives up, another may still hold. Undefined outside ECS, or where the agent must not be asked: why not goes to `warn`.
 */
export function sharedKeeper (
  process: NodeJS.Process & { [KEEPERS]?: Map<string, ProtectionKeeper> }, clock: Clock, warn: (reason: string) => void
): ProtectionKeeper | undefined {
  const uri = process.env[AGENT_VARIABLE]
  const give = protectionEndpoint(uri, warn)
  if (give === undefined) return
  const keepers = process[KEEPERS] ??= new Map()
  const keeper = keepers.get(uri!) ?? new ProtectionKeeper(clock, give)
  keepers.set(uri!, keeper)
  return keeper
}

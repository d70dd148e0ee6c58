import { readDocument } from './document'
import { below, readEndpoint } from './endpoint'

/**
 * Whether ECS wants the task gone, by what its agent says now: its desired status becomes STOPPED when the agent is told to stop it,
 * about when it sends SIGTERM. Null where there is no agent, or it does not say. Never rejects.
 */
export async function isToStop (uri: string | undefined): Promise<boolean | null> {
  const endpoint = readEndpoint(uri?.trim() ?? '')
  if ('refusal' in endpoint) return null
  const task = await readDocument(below(endpoint.url, 'task')).catch(() => null) as { DesiredStatus?: unknown } | null
  switch (task?.DesiredStatus) {
    case 'STOPPED': return true
    case 'RUNNING': return false
    default: return null
  }
}

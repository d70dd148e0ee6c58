import type { EcsTask } from '../../types/index'
import { readDocument } from './document'
import { below, readEndpoint } from './endpoint'
import { readTask } from './task'

/**
 * The task that this process runs in, by what the agent at `uri` says. Null where there is none, or it cannot be had, which is a
 * warning and no more: never rejects.
 */
export async function readMetadata (uri: string | undefined, warn: (reason: string) => void): Promise<EcsTask | null> {
  if (uri === undefined || uri.trim() === '') return null
  const endpoint = readEndpoint(uri.trim())
  if ('refusal' in endpoint) {
    warn(endpoint.refusal)
    return null
  }
  const { url } = endpoint
  try {
    const [task, container] = await Promise.all([readDocument(below(url, 'task')), readDocument(url).catch(() => undefined)])
    const read = readTask(task, container)
    if (read === null) warn('what it describes is no task')
    return read
  } catch (error) {
    warn((error as Error).message)
    return null
  }
}

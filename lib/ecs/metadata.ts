import type { EcsTask } from '../../types/index'
import { ask } from './ask'
import { below, readEndpoint } from './endpoint'
import { readTask } from './task'

/** Set in every container by the EC2 agent from 1.39.0 and by Fargate from platform version 1.4.0. */
export const VARIABLE = 'ECS_CONTAINER_METADATA_URI_V4'

/** Milliseconds for the whole of an answer, once more after the first attempt. The agent answers from memory. */
const TIMEOUT = 1_000

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

/** A document in JSON. Rejects with what a person can read, after one more attempt. */
async function readDocument (url: URL): Promise<unknown> {
  return await attempt(url).catch(() => attempt(url))
}

async function attempt (url: URL): Promise<unknown> {
  const { status, text } = await ask(url, { timeout: TIMEOUT })
  if (status !== 200) throw new Error(`the answer was ${status}`)
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the answer is no JSON')
  }
}

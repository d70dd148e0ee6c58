import timers from 'node:timers/promises'

import type { EcsTask } from '../../types/index'

/** Milliseconds for an answer of AWS, with the search for credentials and a second attempt: far below Fastify's 10 s for a plugin. */
const LIMIT = 3_000
/** What of an error's text is said. */
const LONGEST = 300

/** `failure` is for a person; who is `denied` need not ask again. */
export type Answer<T> = { readonly value: T } | { readonly failure: string, readonly denied: boolean }

/** What all clients are made of: the task's own region, wherever `AWS_REGION` sends the application, and two attempts within the limit. */
export function clientOptions ({ arn }: EcsTask) {
  return {
    region: arn.split(':')[3] || undefined, // the SDK's constructors throw for ''
    maxAttempts: 2,
    requestHandler: { requestTimeout: LIMIT / 2, throwOnRequestTimeout: true }
  }
}

/**
 * Has `send` ask AWS for what an IAM policy calls `action`. Never rejects, and ends within three seconds or with `over`; what is under way
 * then is given up.
 */
export async function ask<T> (action: string, send: (signal: AbortSignal) => Promise<T>, over?: AbortSignal): Promise<Answer<T>> {
  const ended = new AbortController()
  const end = (): void => ended.abort()
  over?.addEventListener('abort', end)
  try {
    // The SDK's own limits do not hold for its search for credentials.
    return { value: await Promise.race([send(ended.signal), late(ended.signal)]) }
  } catch (error) {
    const { reason, denied } = explained(error)
    return { failure: `${action}: ${reason}`, denied }
  } finally {
    over?.removeEventListener('abort', end)
    end()
  }
}

async function late (signal: AbortSignal): Promise<never> {
  await timers.setTimeout(LIMIT, undefined, { signal })
  throw new Error(`no answer within ${LIMIT} ms`)
}

/** What ECS and Elastic Load Balancing, the SDK and Node throw, in one line. */
function explained (error: unknown): { readonly reason: string, readonly denied: boolean } {
  const { name = '', message = String(error), code } = (error ?? {}) as { name?: string, message?: string, code?: unknown }
  const line = message.split('\n', 1)[0]!.slice(0, LONGEST)
  if (name.startsWith('AccessDenied')) return { reason: `the task role does not allow it (${line})`, denied: true }
  const isOfNode = name === 'Error' || typeof code === 'string'
  return { reason: isOfNode ? line : `${name}: ${line}`, denied: false }
}

import type { EventStream } from '../types/index'
import { refuse } from './option-checks'

/** Refuses what can be neither told nor ended, as `reply.sse` is where the client has asked for something else. */
export function checkStream (given: unknown): void {
  const has = (...methods: string[]): boolean => methods.every((name) => typeof (given as Record<string, unknown> | null | undefined)?.[name] === 'function')
  if (has('write', 'end', 'once') || has('send', 'close', 'onClose')) return
  refuse('eventStream', 'a response, a stream that can be written to, or what @fastify/sse makes of one', given)
}

/** A comment that nobody sees, and the end. What fails here has been left by its client. */
export function farewell (stream: EventStream, retry: number): void {
  try {
    if ('write' in stream) {
      if (!stream.writable) return
      stream.end(`retry: ${retry}\n\n`)
    } else if (stream.isConnected) {
      void stream.send({ data: undefined, retry }).then(() => stream.close(), () => {})
    }
  } catch {
    // its client has gone
  }
}

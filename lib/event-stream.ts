import type { EventStream } from '../types/index'
import { refuse } from './option-checks'

/** Refuses what can be neither told nor ended, as `reply.sse` is where the client has asked for something else. */
export function checkStream (given: unknown): void {
  const has = (...methods: string[]): boolean => methods.every((name) => typeof (given as Record<string, unknown> | null | undefined)?.[name] === 'function')
  if (has('write', 'end', 'once') || has('send', 'close', 'onClose')) return
  refuse('eventStream', 'a response, a stream that can be written to, or what @fastify/sse makes of one', given)
}

/** Whether nobody is left to be told: its client has gone, or it has been ended. Such a stream may never say 'close' again. */
export function isOver (stream: EventStream): boolean {
  if (!('write' in stream)) return !stream.isConnected
  if (stream.destroyed || stream.closed || stream.writableEnded || !stream.writable) return true
  // A response behind another one, or over HTTP/2, is not told that its client has gone: its request's socket knows.
  const { req } = stream as { req?: { socket?: { destroyed?: boolean } } }
  return req?.socket?.destroyed === true
}

/**
 * Whether its head is out, where it has one. Ending a response before would send 200 without a content type, and a browser's
 * EventSource never comes back from that.
 */
export function hasBegun (stream: EventStream): boolean {
  return (stream as { headersSent?: boolean }).headersSent !== false
}

/** When to come back, and the end. What fails here has been left by its client, and nobody is there to hear of it. */
export function farewell (stream: EventStream, retry: number): void {
  sayAndEnd(stream, retry).catch(() => {})
}

async function sayAndEnd (stream: EventStream, retry: number): Promise<void> {
  if (isOver(stream)) return
  if ('write' in stream) {
    // A half-written event would swallow the line; after a whole one, the blank line means nothing.
    stream.end(`\n\nretry: ${retry}\n\n`)
  } else {
    await stream.send({ data: undefined, retry })
    stream.close()
  }
}

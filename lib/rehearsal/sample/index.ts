import type { Route } from '../../../types/rehearsal'
import { nodeArguments, program } from '../own-programs'

/** What starts the sample. */
export function sampleCommand (): readonly [string, ...string[]] {
  const server = program('sample/server')
  return [process.execPath, ...nodeArguments(server), server]
}

/**
 * A mix in which every way to be cut occurs. The slow ones take 0.5 and 0.9 of 4 s, the longest request that this service
 * knows; the plan of a 30 s stop timeout gives each request 7.5 s, even after the longest lame duck.
 */
export const sampleRoutes: readonly Route[] = [
  { name: 'fast', path: '/', weight: 60, expect: { status: 200, json: { hello: 'world' } } },
  { name: 'order', method: 'POST', path: '/orders', body: { id: '{id}' }, weight: 20, effect: true, expect: { status: 201, json: { id: '{id}' } } },
  { name: 'slow', path: '/slow/2000', weight: 4, expect: { status: 200, json: { took: 2_000 } } },
  { name: 'slowest', path: '/slow/3600', weight: 2, expect: { status: 200, json: { took: 3_600 } } },
  { name: 'upload', method: 'PUT', path: '/uploads', bodyBytes: 200_000, uploadFor: 2_000, weight: 4, expect: { status: 200, json: { bytes: 200_000 } } },
  { name: 'download', path: '/downloads', readFor: 2_000, weight: 4, expect: { status: 200, bytes: 1_000_000 } },
  { name: 'events', path: '/events', weight: 4, expect: { status: 200, includes: 'event: end' } }
]

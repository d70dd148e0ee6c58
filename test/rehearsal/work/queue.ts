import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** A queue of ids over HTTP: put, take (empty if there is none), done, back. What is taken and never done comes again after `visibility` milliseconds. */
export async function queue (t: Test, visibility: number): Promise<string> {
  const waiting: string[] = []
  const taken = new Map<string, NodeJS.Timeout>()
  const release = (id: string): void => {
    clearTimeout(taken.get(id))
    taken.delete(id)
  }
  const actions: Record<string, (id: string) => string> = {
    '/put': (id) => {
      waiting.push(id)
      return ''
    },
    '/take': () => {
      const id = waiting.shift() ?? ''
      if (id !== '') taken.set(id, setTimeout(() => waiting.push(id), visibility))
      return id
    },
    '/done': (id) => {
      release(id)
      return ''
    },
    '/back': (id) => {
      release(id)
      waiting.unshift(id)
      return ''
    }
  }
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://queue')
    response.end(actions[pathname]!(searchParams.get('id') ?? ''))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const timer of taken.values()) clearTimeout(timer)
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

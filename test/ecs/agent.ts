import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** An agent that answers as it is told; resolves with its URL, and what it was asked. */
export async function agent (t: Test, answer: http.RequestListener): Promise<{ uri: string, asked: string[] }> {
  const asked: string[] = []
  const server = http.createServer((request, response) => {
    asked.push(request.url!)
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v4/id`, asked }
}

/** Describes a task and its container. */
export function describing ({ task, container }: { readonly task: object, readonly container: object }): http.RequestListener {
  return ({ url }, response) => { response.end(JSON.stringify(url!.endsWith('/task') ? task : container)) }
}

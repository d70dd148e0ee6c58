#!/usr/bin/env node
import http from 'node:http'

// A program of its own, and the smallest: it is run every few seconds, as CMD ["node", "…/dist/cli/check.js"].

/** Milliseconds; ECS itself gives a check 5 s unless told otherwise. */
const TIMEOUT = 4_000

interface Answer {
  readonly code: 0 | 1 | 2
  readonly text: string
}

/** Asks a liveness route, without redirects or proxies. Exit codes: 0 for a 2xx answer, 1 for anything else, 2 for what is no http URL. */
export async function check (given: string | undefined, env: Readonly<Record<string, string | undefined>>): Promise<Answer> {
  const text = given ?? `http://127.0.0.1:${env.PORT ?? 3_000}/health/live`
  if (!URL.canParse(text) || new URL(text).protocol !== 'http:') return { code: 2, text: `check: '${text}' is no http URL` }
  try {
    const status = await statusOf(new URL(text))
    return { code: status >= 200 && status < 300 ? 0 : 1, text: `check: ${text} answered ${status}` }
  } catch (error) {
    return { code: 1, text: `check: ${text}: ${(error as Error).message}` }
  }
}

function statusOf (url: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false, headers: { connection: 'close', 'user-agent': 'fastify-ecs-graceful-check' } }, (response) => {
      clearTimeout(limit)
      response.destroy() // the status says it all
      resolve(response.statusCode!)
    })
    const limit = setTimeout(() => request.destroy(new Error(`no answer within ${TIMEOUT} ms`)), TIMEOUT)
    request.on('error', (error) => {
      clearTimeout(limit)
      reject(error)
    })
  })
}

if (require.main === module) {
  void check(process.argv[2], process.env).then(({ code, text }) => {
    (code === 0 ? process.stdout : process.stderr).write(`${text}\n`)
    process.exitCode = code
  })
}

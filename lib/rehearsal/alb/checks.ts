import http from 'node:http'
import timers from 'node:timers/promises'

export interface Checks {
  readonly port: number
  readonly path: string
  readonly localAddress?: string
  /** Milliseconds until the first, then between any two; how long an answer took shifts nothing. */
  readonly first: number
  readonly interval: number
  readonly timeout: number
}

/** Checks on a target until `signal` aborts, and tells `judge` of each result. */
export async function keepChecking (checks: Checks, judge: (passed: boolean) => void, signal: AbortSignal): Promise<void> {
  const look = (): void => void check(checks, signal).then((passed) => { if (!signal.aborted) judge(passed) })
  try {
    await timers.setTimeout(checks.first, undefined, { signal })
    look()
    for await (const again of timers.setInterval(checks.interval, look, { signal })) again()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** One check, on a connection of its own that is closed after. Never rejects. */
async function check ({ port, path, localAddress, timeout }: Checks, signal: AbortSignal): Promise<boolean> {
  return await new Promise((resolve) => {
    const request = http.get({
      port,
      path,
      localAddress,
      host: '127.0.0.1',
      agent: false,
      signal,
      headers: { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' }
    })
    const limit = setTimeout(() => request.destroy(), timeout)
    request.on('response', (answer) => {
      resolve(answer.statusCode === 200)
      answer.on('error', () => {}).resume()
    })
    request.on('error', () => {})
    request.on('close', () => {
      clearTimeout(limit)
      resolve(false) // unless an answer came first
    })
  })
}

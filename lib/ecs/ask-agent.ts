import http from 'node:http'

/** Bytes. The description of a task of ten containers takes some 30,000. */
const LONGEST = 1_048_576

export interface Question {
  readonly method?: 'GET' | 'PUT'
  /** JSON. */
  readonly body?: string
  /** Milliseconds for the whole of the answer. */
  readonly timeout: number
}

export interface Answer {
  readonly status: number
  readonly text: string
}

/**
 * Asks an agent once, over a connection of its own, and follows no redirect. Rejects, with what a person can read, if there is no
 * whole answer: with the code ETIMEDOUT if there was none in time.
 */
export async function ask (url: URL, { method = 'GET', body, timeout }: Question): Promise<Answer> {
  const signal = AbortSignal.timeout(timeout)
  const timedOut = (): Error => Object.assign(new Error(`no whole answer within ${timeout} ms`), { code: 'ETIMEDOUT' })
  return await new Promise((resolve, reject) => {
    const broken = (error: Error): void => reject(signal.aborted ? timedOut() : error)
    const headers = { accept: 'application/json', ...body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }
    const request = http.request(url, { method, headers, signal, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('error', broken).on('data', (chunk: string) => {
        text += chunk
        if (text.length > LONGEST) request.destroy(new Error(`the answer is longer than ${LONGEST} bytes`))
      })
      response.on('end', () => resolve({ status: response.statusCode!, text }))
    })
    // Without a listener, Node would end such an answer with no word to anybody.
    request.on('upgrade', (_response, socket) => {
      socket.destroy()
      reject(new Error('the answer was 101'))
    })
    request.on('error', broken).end(body)
  })
}

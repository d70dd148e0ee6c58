import { ask } from './ask-agent'

/** Milliseconds for the whole of an answer, once more after the first attempt. The agent answers from memory. */
const TIMEOUT = 1_000

/** A document in JSON. Rejects with what a person can read, after one more attempt. */
export async function readDocument (url: URL): Promise<unknown> {
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

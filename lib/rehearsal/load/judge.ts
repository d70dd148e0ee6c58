import type { Expectation } from '../../../types/rehearsal'
import type { Outcome } from './exchange'
import { missingIn } from './subset'

/**
 * What is wrong with how a request ended, in a few words; undefined if it ended as expected. The words do not vary with
 * ids or ports, so that equal losses can be counted together.
 */
export function problemWith ({ status, broken, balancer, bytes, text }: Outcome, expect: Expectation): string | undefined {
  if (status === undefined) return `no answer: ${broken}`
  if (balancer !== undefined) return `${status} by the balancer: ${balancer}`
  if (expect.status === undefined ? status >= 400 : status !== expect.status) return `status ${status} instead of ${expect.status ?? 'one below 400'}`
  if (broken !== undefined) return `cut after the header: ${broken}`
  if (expect.bytes !== undefined && bytes !== expect.bytes) return `${bytes} bytes instead of ${expect.bytes}`
  if (expect.includes !== undefined && !text!.includes(expect.includes)) return 'without the expected text'
  if (expect.json !== undefined) return problemWithJson(text!, expect.json)
}

function problemWithJson (text: string, wanted: unknown): string | undefined {
  let actual: unknown
  try {
    actual = JSON.parse(text)
  } catch {
    return 'not JSON'
  }
  const missing = missingIn(actual, wanted)
  return missing === undefined ? undefined : `JSON other than expected at ${missing}`
}

import pc from 'picocolors'

import type { ControlResult, OrderResult, RehearsalResult, VerdictName } from '../../../types/rehearsal'
import { columns, wrap } from './lines'
import { causes } from './summary'
import { count, exits, latenessSentence, NOTHING, plain, proofSentences, workSentence } from './words'

export interface PrintOptions {
  /** @default only on a terminal, and as NO_COLOR and FORCE_COLOR say */
  readonly coloured?: boolean
  /** Of a line, at most. @default 100 */
  readonly width?: number
}

/** So many causes are told; the report lists more. */
const CAUSES = 10

/** A result as a person reads it at the end of a run; the verdict is the last line. */
export function printed (result: RehearsalResult, options: PrintOptions = {}): string {
  const { coloured = pc.isColorSupported && process.stdout.isTTY === true, width = 100 } = options
  const colours = pc.createColors(coloured)
  const paint: Readonly<Record<VerdictName, (text: string) => string>> = { PASS: colours.green, FAIL: colours.red, INVALID: colours.yellow }
  const sections = [
    orderLines(result.orders),
    causeLines(result),
    [...proofSentences(result.proof), latenessSentence(result.lateness)],
    [workSentence(result.runs) ?? []].flat(),
    result.controls.length === 0 ? [] : ['Controls', ...controlLines(result.controls)],
    result.notes.map((note) => `note: ${plain(note)}`),
    result.reasons.map((reason) => `- ${plain(reason)}`)
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.flatMap((line) => wrap(line, width)).join('\n'))
  return [...text, paint[result.verdict](colours.bold(`${result.verdict}  ${plain(result.sentence)}`))].join('\n\n')
}

function orderLines (orders: readonly OrderResult[]): string[] {
  if (orders.length === 0) return ['No order was performed.']
  const times = ({ seconds }: OrderResult): string[] => seconds ? [seconds.median.toFixed(2), seconds.max.toFixed(2)] : [NOTHING, NOTHING]
  return columns('llrrrrl', [
    ['order', 'verdict', 'stops', 'lost', 'median s', 'max s', 'exits'],
    ...orders.map((order) => [order.order, order.verdict, count(order.stops), count(order.lost), ...times(order), exits(order)])
  ])
}

function causeLines ({ runs }: RehearsalResult): string[] {
  const found = causes(runs)
  if (found.length === 0) return []
  const more = found.length > CAUSES ? [`and ${count(found.length - CAUSES)} more causes`] : []
  return ['Lost', ...columns('rll', found.slice(0, CAUSES).map((entry) => [count(entry.count), entry.class, plain(entry.cause)])), ...more]
}

function controlLines (controls: readonly ControlResult[]): string[] {
  return columns('lll', controls.map(({ name, asExpected, sentence }) => [plain(name), asExpected ? 'as expected' : 'NOT AS EXPECTED', plain(sentence)]))
}

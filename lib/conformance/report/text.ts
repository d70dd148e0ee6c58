import pc from 'picocolors'

import type { ClauseOutcome, ClauseResult, ConformanceResult, ConformanceVerdict, EvidenceLine } from '../../../types/conformance'
import { columns, wrap } from '../../rehearsal/report/lines'
import { plain } from '../../rehearsal/report/words'

export interface PrintOptions {
  readonly coloured: boolean
  /** Of a line of prose, at most; evidence is as long as it is. @default 100 */
  readonly width?: number
}

const words: Readonly<Record<ClauseOutcome, string>> = { pass: 'pass', fail: 'FAIL', 'not-applicable': 'n/a', inconclusive: '?' }

/** A result as a person reads it: all clauses, then the evidence of those that failed; the verdict is the last line. */
export function printed ({ clauses, verdict, sentence }: ConformanceResult, { coloured, width = 100 }: PrintOptions): string {
  const colours = pc.createColors(coloured)
  const paint: Record<ConformanceVerdict, (text: string) => string> = { PASS: colours.green, FAIL: colours.red, INCONCLUSIVE: colours.yellow }
  const table = columns('llll', clauses.map(({ id, level, outcome, title }) => [id, level, words[outcome], title]))
  const asides = clauses.filter(({ outcome }) => outcome === 'not-applicable' || outcome === 'inconclusive')
  const sections = [
    table,
    asides.flatMap((result) => wrap(`${result.id}: ${plain(result.sentence)}`, width)),
    ...clauses.filter(({ outcome }) => outcome === 'fail').map((result) => failure(result, width))
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return [...text, paint[verdict](colours.bold(`${verdict}  ${plain(sentence)}`))].join('\n\n')
}

function failure ({ id, level, title, sentence, evidence, output }: ClauseResult, width: number): string[] {
  const said = output.trim() === '' ? [] : ['    it said last:', ...output.trimEnd().split('\n').slice(-5).map((line) => `      ${plain(line)}`)]
  return [`${id} ${level} ${title}`, ...wrap(`  ${plain(sentence)}`, width), ...evidenceLines(evidence), ...said]
}

function evidenceLines (evidence: readonly EvidenceLine[]): string[] {
  const arrows: Readonly<Record<EvidenceLine['event'], string>> = { opened: 'opened', sent: '→', received: '←', closed: 'closed', process: '' }
  return columns('rll', evidence.map(({ at, connection, event, text }) =>
    [`${at.toFixed(1)} ms`, connection === null ? 'process' : `conn ${connection}`, `${arrows[event]} ${plain(text)}`.trim()])).map((line) => `    ${line}`)
}

import type { Answers } from './answers'
import { columns } from './columns'
import { summarise } from './statistics'
import type { Stop } from './stops'

export interface DrainResults {
  /** By what was measured, in the order of the table. */
  readonly stops: Readonly<Record<string, readonly Stop[]>>
  readonly answers: Readonly<Record<string, readonly Answers[]>>
}

/** The results for people. */
export function drainTable ({ stops, answers }: DrainResults): string {
  return [
    ...columns([
      ['SIGTERM to exit, ms', 'runs', 'median', 'least', 'max', 'exits'],
      ...Object.entries(stops).map(([name, runs]) => {
        const elapsed = runs.map((run) => run.elapsed)
        const figures = [summarise(elapsed).median, Math.min(...elapsed), Math.max(...elapsed)]
        return [name, String(runs.length), ...figures.map((figure) => figure.toFixed(0)), exits(runs)]
      })
    ]),
    '',
    ...columns([
      ['answered', 'runs', 'of each', 'median', 'least', 'runs with all', 'exits'],
      ...Object.entries(answers).map(([name, runs]) => {
        const answered = runs.map((run) => run.answered)
        const whole = runs.filter((run) => run.answered === run.of)
        const figures = [runs.length, runs[0]!.of, summarise(answered).median, Math.min(...answered), whole.length]
        return [name, ...figures.map(String), exits(runs)]
      })
    ]),
    ''
  ].join('\n')
}

function exits (runs: ReadonlyArray<{ readonly exit: Stop['exit'] }>): string {
  const codes = runs.map(({ exit }) => String(exit))
  return [...new Set(codes)].map((code) => `${codes.filter((other) => other === code).length} × ${code}`).join(', ')
}

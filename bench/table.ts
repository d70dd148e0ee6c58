import type { Results } from './ready'
import { LEAST_RATIO } from './verdict'
import { MOST_ADDED } from './startup'
import type { Range } from './statistics'
import { modes, type Throughput } from './throughput'

/** The results for people. */
export function table ({ package: version, node, machine, loader, rounds, throughput, startup, memory }: Results): string {
  const { heap, rss } = memory.summaries
  const pinned = machine.pins ? `servers on core ${machine.pins.server}, load on core ${machine.pins.load}` : 'not pinned'
  return [
    `fastify-ecs-graceful ${version}, node ${node}, ${machine.cpu}, ${machine.cores} cores (${pinned}), ${loader}, ${rounds} rounds`,
    '',
    ...throughputLines(throughput),
    '',
    ...rows([
      ['start, ms', 'clock', 'middle half', '95 % interval', 'CPU', 'middle half', '95 % interval'],
      ...(['bare', 'plugin', 'added'] as const).map((name) => {
        const figures = [startup.summaries.elapsed[name], startup.summaries.cpu[name]]
        return [name, ...figures.flatMap(({ median, quartiles, interval }) => [median.toFixed(1), range(quartiles, 1), range(interval, 1)])]
      })
    ]),
    `From before require('fastify') to after app.ready(); the target of at most ${MOST_ADDED} ms added on the clock is ${startup.met ? 'met' : 'missed'}.`,
    '',
    ...rows([
      ['memory', 'heap, none, KiB', 'RSS, none, KiB', 'heap/connection, B', 'middle half', 'RSS/connection, B', 'middle half'],
      ...(['bare', 'plugin', 'added'] as const).map((name) => [
        name, kibibytes(heap[name].none.median), kibibytes(rss[name].none.median),
        heap[name].perConnection.median.toFixed(0), range(heap[name].perConnection.quartiles, 0),
        rss[name].perConnection.median.toFixed(0), range(rss[name].perConnection.quartiles, 0)
      ])
    ]),
    `After garbage collection, with ${memory.connections} idle keep-alive connections. RSS also counts what the heap has not given back.`,
    '',
    `Medians; "to bare" is the ratio to the bare server of the same round (target: ${LEAST_RATIO}). Other work on this machine is noise in every figure.`,
    ''
  ].join('\n')
}

export function throughputLines ({ summaries, verdict }: Throughput): string[] {
  return rows([
    ['while ready', 'requests/s', 'to bare', 'middle half', '95 % interval', 'CPU µs/req', 'to bare', 'busy'],
    ...modes.map((mode) => {
      const { rate, ratio, cpu, cpuRatio, busy } = summaries[mode]
      return [mode, rate.median.toFixed(0), ratio.median.toFixed(3), range(ratio.quartiles, 3), range(ratio.interval, 3),
        cpu.median.toFixed(2), cpuRatio.median.toFixed(3), busy.median.toFixed(2)]
    })
  ]).concat(verdict.sentence)
}

function range (range: Range | null, digits: number): string {
  return range === null ? '–' : range.map((value) => value.toFixed(digits)).join(' to ')
}

function kibibytes (bytes: number): string {
  return (bytes / 1_024).toFixed(0)
}

/** Columns as wide as their widest cell, the first aligned left and the others right. */
function rows (cells: readonly string[][]): string[] {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  return cells.map((row) => row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)).join('  '))
}

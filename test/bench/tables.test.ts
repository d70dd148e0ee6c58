import t from 'tap'

import { drainTable } from '../../bench/drain-table'

const cells = (line = ''): string[] => line.split(/ {2,}/)

t.test('a line of the drain says how long stops took, and what was answered', async (t) => {
  const lines = drainTable({
    stops: { idle: [{ elapsed: 5_050.4, exit: 0 }, { elapsed: 5_000, exit: 0 }, { elapsed: 5_200, exit: 1 }] },
    answers: { queue: [{ of: 400, answered: 400, exit: 0 }, { of: 400, answered: 398, exit: 0 }] }
  }).split('\n')

  t.strictSame(cells(lines[1]), ['idle', '3', '5050', '5000', '5200', '2 × 0, 1 × 1'])
  t.strictSame(cells(lines[4]), ['queue', '2', '400', '399', '398', '1', '2 × 0'])
})

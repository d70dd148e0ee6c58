import t from 'tap'

import { summarise } from '../../bench/statistics'
import { judge } from '../../bench/verdict'

/** Six samples: their interval is the whole range. */
const between = (low: number, high: number) => summarise([low, low, low, high, high, high])
const about = (ratio: number) => summarise([ratio])
const control = between(0.992, 1.01)

t.test('a plugin inside the control\'s interval meets the target, and the sentence says what could not be seen', async (t) => {
  const { position, met, sentence } = judge(about(0.995), control)

  t.strictSame({ position, met }, { position: 'inside', met: true })
  t.match(sentence, /0\.995 is at least 0\.99 and inside the control's interval 0\.992 to 1\.010\. No cost.*below 0\.8 % would not show/)
})

t.test('a plugin below the control\'s interval misses the target', async (t) => {
  const { position, met, sentence } = judge(about(0.991), between(0.995, 1.01))

  t.strictSame({ position, met }, { position: 'below', met: false })
  t.match(sentence, /outside \(below\)/)
})

t.test('a plugin above the control\'s interval proves nothing', async (t) => {
  const { position, met, sentence } = judge(about(1.02), control)

  t.strictSame({ position, met }, { position: 'above', met: false })
  t.match(sentence, /outside \(above\).*run again/)
})

t.test('a control that varies by more than the target proves little, and the sentence says so', async (t) => {
  const { position, met, sentence } = judge(about(0.995), between(0.95, 1.05))

  t.strictSame({ position, met }, { position: 'inside', met: true })
  t.match(sentence, /proves little.*below 5\.0 % would not show/)
})

t.test('a wide interval does not excuse a ratio below 0.99', async (t) => {
  const { position, met, sentence } = judge(about(0.95), between(0.9, 1.1))

  t.strictSame({ position, met }, { position: 'inside', met: false })
  t.match(sentence, /0\.950 is less than 0\.99 and inside.*run again/)
})

t.test('without an interval there is no verdict', async (t) => {
  const { position, met, sentence } = judge(about(1), about(1))

  t.strictSame({ position, met }, { position: 'unknown', met: false })
  t.match(sentence, /^Too few rounds/)
})

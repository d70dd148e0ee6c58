import t from 'tap'

import { errors } from '../lib/errors'
import { sources } from './helpers/sources'

const rows = Object.entries(errors)

t.test('each error is thrown somewhere', async (t) => {
  const elsewhere = sources().filter(({ name }) => name !== 'errors').map(({ text }) => text).join()

  const unused = rows.map(([key]) => key).filter((key) => !new RegExp(`throw new errors\\.${key}\\(`).test(elsewhere))

  t.strictSame(unused, [])
})

t.test('each code is its key, after FST_ECS_', async (t) => {
  const codes = rows.map(([, Row]) => Reflect.construct(Row, ['', '', '', '']).code)

  t.strictSame(codes, rows.map(([key]) => 'FST_ECS' + key.replace(/[A-Z]/g, '_$&').toUpperCase()))
  t.ok(codes.includes('FST_ECS_OPTION_INVALID'))
})

t.test('a wrong option is a TypeError, times that do not fit a RangeError', async (t) => {
  t.ok(new errors.OptionInvalid('a', 'b', 'c', '') instanceof TypeError)
  t.ok(new errors.OptionUnknown('a', 'b') instanceof TypeError)
  t.ok(new errors.BudgetExceeded('a') instanceof RangeError)
})

t.test('what was given stands in the message as it is, whatever it looks like', async (t) => {
  t.equal(new errors.OptionInvalid('health.path', 'a path', "'%s %d'", '').message, "health.path must be a path, but is '%s %d'")
})

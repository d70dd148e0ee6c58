import t from 'tap'

import { cli } from '../helpers/cli'
import { fixture } from '../helpers/drainer'

t.jobs = 4

t.test('one clause is tested, told of in JSON, and nothing is left', { buffered: true }, async (t) => {
  const { code, stdout, left } = await cli(t, ['conform', '--clause', 'D13', '--lame-duck', '1', '--json', '--', ...fixture('drainer', 'D13')], { written: true })

  t.match(JSON.parse(stdout), { verdict: 'FAIL', clauses: [{ id: 'D13', outcome: 'fail' }] })
  t.equal(code, 1)
  t.strictSame(left, [])
})

t.test('interrupted, it exits 130 and leaves nothing', { buffered: true }, async (t) => {
  const { code, stderr, left } = await cli(t, ['conform', '--', ...fixture('drainer')], { written: true, signalAt: ['offers', 'SIGINT'] })

  t.equal(code, 130)
  t.match(stderr, /interrupted: nothing was left running/)
  t.strictSame(left, [])
})

t.test('what cannot be tested is named', { buffered: true }, async (t) => {
  const [missing, none] = await Promise.all([cli(t, ['conform', '--', 'no-such-command'], { written: true }), cli(t, ['conform'], { written: true })])

  t.match(missing, { code: 2, stderr: /the server cannot be tested: The command no-such-command was not found/ })
  t.match(none, { code: 2, stderr: /there is no command: name it after --/ })
})

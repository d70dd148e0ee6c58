import t from 'tap'

import { commandLine } from '../../lib/ecs/index'

t.test('a command line is what the process was started with, whatever has become of process.argv', async (t) => {
  const argv = process.argv
  process.argv = [argv[0]!]
  t.teardown(() => { process.argv = argv })

  t.ok(commandLine().some((arg) => arg.endsWith('command-line.test.ts')))
})

t.test('where the system does not say, it is what Node says', async (t) => {
  t.strictSame(commandLine('/no/such/file'), process.argv.slice(1))
})

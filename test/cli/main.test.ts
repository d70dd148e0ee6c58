import t from 'tap'

import { version } from '../../package.json'
import { run } from '../../lib/cli/run'
import { cli } from '../helpers/cli'
import { inProcess } from '../helpers/in-process'

t.jobs = 4

/** What the command line says without doing anything. */
const sayings: ReadonlyArray<[args: readonly string[], code: number, stream: 'stdout' | 'stderr', words: RegExp]> = [
  [['--version'], 0, 'stdout', new RegExp(`^${version.replaceAll('.', '\\.')}\n$`)],
  [['--help'], 0, 'stdout', /fastify-ecs-graceful rehearse .*\n(.*\n)*fastify-ecs-graceful check .*\n(.*\n)*fastify-ecs-graceful conform .*\n(.*\n)*fastify-ecs-graceful lint /],
  [['rehearse', '--help'], 0, 'stdout', /--deregistration-delay S/],
  [['conform', '--help'], 0, 'stdout', /--clause ID/],
  [['lint', '--help'], 0, 'stdout', /--keep-alive-timeout S/],
  [['lint'], 2, 'stderr', /^there is no file to read: see fastify-ecs-graceful --help\n$/],
  [[], 2, 'stderr', /fastify-ecs-graceful rehearse/],
  [['reherse'], 2, 'stderr', /^there is no command reherse: see fastify-ecs-graceful --help\n$/],
  [['conform', '--claus', 'D1', '--', 'true'], 2, 'stderr', /Unknown option '--claus'/],
  [['conform', '--clause', 'D99', '--', 'true'], 2, 'stderr', /clause.* must be .*but is 'D99'/],
  [['conform', '--stop-timeout', 'x', '--', 'true'], 2, 'stderr', /--stop-timeout must be a number, but is 'x'/]
]

for (const [args, code, stream, words] of sayings) {
  t.test(`fastify-ecs-graceful ${args.join(' ')}`, { buffered: true }, async (t) => {
    const said = await inProcess((terminal) => run(args, terminal), version)

    t.equal(said.code, code)
    t.match(said[stream], words)
    t.equal(said[stream === 'stdout' ? 'stderr' : 'stdout'], '')
  })
}

t.test('the built command line says the same, by its exit code and on its streams', { buffered: true }, async (t) => {
  const [right, wrong] = await Promise.all([cli(t, ['--version']), cli(t, ['reherse'])])

  t.match(right, { code: 0, stdout: `${version}\n`, stderr: '' })
  t.match(wrong, { code: 2, stdout: '', stderr: /^there is no command reherse/ })
})

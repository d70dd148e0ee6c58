import t from 'tap'

import { version } from '../../package.json'
import { cli } from '../helpers/cli'

t.jobs = 4

/** What the command line says without doing anything. */
const sayings: ReadonlyArray<[args: readonly string[], code: number, stream: 'stdout' | 'stderr', said: RegExp]> = [
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

for (const [args, code, stream, said] of sayings) {
  t.test(`fastify-ecs-graceful ${args.join(' ')}`, { buffered: true }, async (t) => {
    const run = await cli(t, args, { written: args.length < 3 }) // slower to start, and counted by coverage

    t.equal(run.code, code)
    t.match(run[stream], said)
    t.equal(run[stream === 'stdout' ? 'stderr' : 'stdout'], '')
  })
}

import { check } from './check'
import { conform } from './conform'
import { lint } from './lint'
import { rehearse } from './rehearse'
import { ended, type Terminal } from './terminal'
import { Wrong } from './wrong'

const USAGE = `fastify-ecs-graceful rehearse [options] [-- command]   deploys a service under a small ECS and ALB, and says what users saw
fastify-ecs-graceful rehearse --help                   its options
fastify-ecs-graceful check [url]                       a container health check without curl: exits 0 if the live path answers 2xx
fastify-ecs-graceful conform [options] -- command      stops a server at the worst of instants, and says which clauses of draining it keeps
fastify-ecs-graceful conform --help                    its options
fastify-ecs-graceful lint [options] file.json …        says where task definitions, templates and plans would lose requests at a stop
fastify-ecs-graceful lint --help                       its options
fastify-ecs-graceful --version
`

/** Exit codes: 0 pass, 1 fail, 2 wrong usage or a command that does not run, 3 a run that proves nothing, 130 interrupted. */
export async function run ([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  switch (name) {
    case 'rehearse': return await rehearse(args, terminal)
    case 'check': {
      if (args.length > 1) throw new Wrong(`check takes one URL, but there is also ${args[1]}`)
      const { code, text } = await check(args[0], process.env)
      return ended(code === 0 ? terminal.stdout : terminal.stderr, `${text}\n`, code)
    }
    case 'lint': return await lint(args, terminal)
    case 'conform': return await conform(args, terminal)
    case '--version': return ended(terminal.stdout, `${terminal.version}\n`, 0)
    case '--help': return ended(terminal.stdout, USAGE, 0)
    case undefined: return ended(terminal.stderr, USAGE, 2)
    default: throw new Wrong(`there is no command ${name}`)
  }
}

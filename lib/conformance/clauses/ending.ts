import { failed, inconclusive, passed, type Clause, type Outcome } from '../clause'
import type { Server } from '../server'
import type { Subject } from '../subject'
import { request } from '../wire/http1'

async function endsByItself ({ survey: { drain, server }, settings }: Subject): Promise<Outcome> {
  if (drain.exited !== undefined) return passed(`gone ${(drain.exited / 1_000).toFixed(2)} s after the signal`)
  return failed(`with nothing to do, it was still there after ${settings.stopTimeout} s and had to be killed`, server)
}

async function exitCode ({ survey: { drain, server } }: Subject): Promise<Outcome> {
  const { code, signal } = await server.exit
  if (drain.exited === undefined) return inconclusive('it had to be killed, see D23')
  if (code === 0 || code === 143 || signal === 'SIGTERM') return passed(signal ? `ended by ${signal}` : `exit code ${code}`)
  return failed(`nothing was lost, and it ended with ${signal ?? `exit code ${code}`}`, server)
}

/** A request that is never answered, and a stop. */
async function hang (subject: Subject): Promise<{ server: Server, byItself: boolean }> {
  const server = await subject.start()
  const wire = await server.connect()
  wire.send(request('GET', subject.settings.hangPath))
  await server.health() // by then it has read what came before
  server.terminate()
  return { server, byItself: await server.exited() }
}

async function leavesTheHanging (subject: Subject): Promise<Outcome> {
  const { server, byItself } = await subject.once('hang', async () => await hang(subject))
  if (byItself) return passed(`gone ${((server.exitedAt ?? 0) / 1_000).toFixed(1)} s after the signal`)
  return failed(`a handler that never ended kept it until SIGKILL, ${subject.settings.stopTimeout} s after the signal`, server)
}

async function tellsOfTheHanging (subject: Subject): Promise<Outcome> {
  const { server, byItself } = await subject.once('hang', async () => await hang(subject))
  if (!byItself) return inconclusive('it had to be killed, see D28')
  const { code, signal } = await server.exit
  if (code !== 0) return passed(signal ? `ended by ${signal}` : `exit code ${code}`)
  return failed('it cut a request, and ended with exit code 0', server)
}

export const ending: readonly Clause[] = [
  {
    id: 'D23',
    level: 'MUST',
    title: 'the process ends by itself before SIGKILL',
    reason: 'SIGKILL comes after the stop timeout and cuts whatever is in flight then (AWS: ECS, stopTimeout).',
    forced: 'nothing has to be: it is signalled without any traffic',
    needs: [],
    test: endsByItself
  },
  {
    id: 'D24',
    level: 'SHOULD',
    title: 'the exit code of a clean drain is 0, or that of SIGTERM',
    reason: 'ECS shows the exit code of each stopped container, and alarms are built on it; 143 is 128 and the number of SIGTERM (AWS: ECS, stopped tasks).',
    forced: 'nothing has to be: it is signalled without any traffic',
    needs: [],
    test: exitCode
  },
  {
    id: 'D28',
    level: 'SHOULD',
    title: 'a handler that never ends does not keep the process until SIGKILL',
    reason: 'After SIGKILL there is no log, no flush and no goodbye to databases (AWS: ECS, stopTimeout).',
    forced: 'a request that is never answered has been read before the signal',
    needs: ['http1', 'hang'],
    long: true,
    test: leavesTheHanging
  },
  {
    id: 'D29',
    level: 'SHOULD',
    title: 'a request that had to be cut shows in the exit code',
    reason: 'A stop that lost something looks like one that did not (AWS: ECS, stopped tasks).',
    forced: 'a request that is never answered has been read before the signal',
    needs: ['http1', 'hang'],
    long: true,
    test: tellsOfTheHanging
  }
]

import http from 'node:http'

import type { RehearsalSettings } from '../../types/rehearsal'
import type { Task } from './task/index'

/** How long a last question may take, in milliseconds. */
const PATIENCE = 2_000

type Asked = Pick<RehearsalSettings, 'command' | 'healthPath' | 'startTimeout' | 'stopTimeout'>

/** What the last words of a task give away, and what to do then. */
const giveaways: ReadonlyArray<readonly [words: RegExp, advice: (port: number, stopTimeout: number) => string]> = [
  [/EADDRINUSE/, (port) => `something else has the port that it listens on: have it listen on process.env.PORT, which was ${port}`],
  [/ECS_GRACEFUL_STOP_TIMEOUT_SECONDS/, (_, stopTimeout) => `it plans with another stop timeout than the ${stopTimeout} s of this run: give --stop-timeout what your service has`]
]

/** Why a task did not become healthy, in a sentence, with what to do and the last that it said. */
export async function whyNotHealthy (task: Task, port: number, { command, healthPath, startTimeout, stopTimeout }: Asked): Promise<string> {
  const name = command.join(' ')
  const gone = await Promise.race([task.exit, Promise.resolve(undefined)])
  if (gone) {
    await task.silent
    const how = gone.signal ? `was ended by ${gone.signal}` : `ended with exit code ${gone.code}`
    const [, told] = giveaways.find(([words]) => words.test(task.output)) ?? []
    const advice = told?.(port, stopTimeout) ?? `start it by hand with PORT=8080 ECS_GRACEFUL_STOP_TIMEOUT_SECONDS=${stopTimeout} and see`
    return `\`${name}\` ${how} before it was healthy: ${advice}${tail(task.output)}`
  }
  const within = `within ${startTimeout} s`
  if (await task.listening() === false) {
    const others = await task.listensElsewhere()
    return others.length > 0
      ? `\`${name}\` listens on ${others.join(', ')} and not on PORT, which was ${port}: have it listen on process.env.PORT or its like${tail(task.output)}`
      : `\`${name}\` did not listen on PORT (${port}) ${within}: have it listen there, or give it longer with startTimeout${tail(task.output)}`
  }
  const answer = await ask(port, healthPath)
  return `\`${name}\` listens, but ${healthPath} ${answer} ${within}: have it answer 200, or name another path with --health-path${tail(task.output)}`
}

async function ask (port: number, path: string): Promise<string> {
  return await new Promise((resolve) => {
    const request = http.get({ port, host: '127.0.0.1', path, agent: false, timeout: PATIENCE }, (response) => {
      response.resume()
      resolve(`answered ${response.statusCode}`)
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', ({ message }) => resolve(message === 'timeout' ? 'did not answer' : `could not be asked (${message})`))
  })
}

function tail (output: string): string {
  const lines = output.trimEnd().split('\n').slice(-20)
  return output.trim() === '' ? '. It said nothing' : `. The last that it said:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

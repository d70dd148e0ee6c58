import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { delimiter, join } from 'node:path'
import t, { type Test } from 'tap'

import { freePorts } from '../../lib/rehearsal/task/index'
import { rig, until } from '../rehearsal/alb/rig'
import { start } from '../rehearsal/task/helpers'
import { blocks, root } from './blocks'
import { commandsOf } from './command-lines'

t.jobs = 2

const SAMPLE = join(root, 'dist/rehearsal/sample/server.js')
const PATH = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`
/** With it the plan's shortest lame duck is 1 s. */
const stopTimeoutSeconds = 6

/** For autocannon, which prints nothing after Ctrl-C. More than the stop takes; if it were less, the wait for further answers would never end. */
const SECONDS = 10

/** The one command line of docs/verify-on-aws.md that begins with these words, for this address, and for a shorter time; nothing else of it is changed. */
function shown (words: string, url: string): string[] {
  const commands = blocks('docs/verify-on-aws.md').filter(({ language }) => language === 'sh').flatMap(({ text }) => commandsOf(text))
  const found = commands.filter((command) => command.join(' ').startsWith(`${words} `))
  if (found.length !== 1) throw new Error(`docs/verify-on-aws.md shows ${words} ${found.length} times`)
  return found[0]!.map((word, index, command) => command[index - 1] === '-d' ? String(SECONDS) : word === '$URL' ? url : word)
}

/** Passes connections on, and knows how many answers have come back: the balancer's ledger leaves out who gives no id. */
async function counted (t: Test, target: number): Promise<{ port: number, answered (more: number): Promise<void> }> {
  let count = 0
  const server = net.createServer((client) => {
    const onward = net.connect(target, '127.0.0.1')
    client.pipe(onward).pipe(client)
    onward.on('data', (chunk) => { count += String(chunk).split('HTTP/1.1 ').length - 1 })
    for (const [one, other] of [[client, onward], [onward, client]] as const) one.on('error', () => {}).on('close', () => other.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const answered = async (more: number): Promise<void> => {
    const enough = count + more
    await until(() => count >= enough)
  }
  return { port: (server.address() as net.AddressInfo).port, answered }
}

/** Puts two tasks behind the rehearsal's balancer under that load, stops one as StopTask does, and gives what the load printed in the end. */
async function underLoad (t: Test, words: string, end: (stop: (signal: NodeJS.Signals) => void) => void): Promise<string> {
  const nextPort = await freePorts()
  const ports = [await nextPort(), await nextPort()]
  const [stopped] = await Promise.all(ports.map((port) =>
    start(t, ['env', '-u', 'NODE_OPTIONS', process.execPath, SAMPLE], { port, stopTimeoutSeconds })))
  const { ports: nodes, serving, away } = await rig(t, { nodes: 1, oneWayDelay: 1 })
  await Promise.all(ports.map((port, task) => serving(task, port)))
  const { port, answered } = await counted(t, nodes[0]!)

  const [file, ...args] = shown(words, `http://127.0.0.1:${port}/`)
  const load = spawn(file!, args, { cwd: root, detached: true, env: { ...process.env, NODE_OPTIONS: '', PATH } })
  const group = (signal: NodeJS.Signals): void => { if (load.exitCode === null && load.signalCode === null) process.kill(-load.pid!, signal) }
  t.teardown(() => group('SIGKILL'))
  let printed = ''
  for (const stream of [load.stdout, load.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { printed += text })

  await answered(50)
  stopped!.signal('SIGTERM')
  await answered(50)
  await away(0)
  const { code } = await stopped!.exit
  await answered(50)
  end(group)
  await once(load, 'close')

  t.equal(code, 0)
  return printed
}

t.test('autocannon, as docs/verify-on-aws.md shows it, counts no failure while a task is stopped under it', { buffered: true }, async (t) => {
  const printed = await underLoad(t, 'autocannon', () => {}) // it ends by itself

  t.match(printed, /[1-9]\S* requests in/)
  t.notMatch(printed, /non 2xx|errors/)
})

const hey = spawnSync('hey', ['-h'], { timeout: 5_000 }).error === undefined
t.test('hey, as docs/verify-on-aws.md shows it, counts no failure while a task is stopped under it', {
  buffered: true, skip: hey ? false : 'hey is not installed here'
}, async (t) => {
  const printed = await underLoad(t, 'hey', (stop) => stop('SIGINT')) // as a terminal's Ctrl-C sends it

  t.match(printed, /Status code distribution:\s+\[200\]\s+[1-9]\d* responses\s*$/)
  t.notMatch(printed, /Error distribution/)
})

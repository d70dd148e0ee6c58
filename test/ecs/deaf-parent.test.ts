import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { deafParent } from '../../lib/ecs/index'
import { canBePid1 } from '../../lib/rehearsal/task'
import { node, start } from '../rehearsal/task/helpers'

t.jobs = 4

const source = join(__dirname, '../../.build/lib/ecs/deaf-parent.js')
const script = `console.log('deaf: ' + require(${JSON.stringify(source)}).deafParent())`

t.test('in a process namespace of its own', async (t) => {
  const skip = await canBePid1() ? false : 'namespaces cannot be made here'
  t.jobs = 4
  const says = async (t: Test, command: [string, ...string[]]): Promise<string> => {
    const task = await start(t, command, { pid1: true })
    await task.silent
    return task.output.trim()
  }

  t.test('a server that is PID 1 hears for itself', { buffered: true, skip }, async (t) => {
    t.equal(await says(t, node(script)), 'deaf: undefined')
  })

  t.test('a shell that has not replaced itself passes nothing on', { buffered: true, skip }, async (t) => {
    t.equal(await says(t, ['sh', '-c', '"$0" "$@"; exit $?', ...node(script)]), 'deaf: sh -c')
  })

  t.test('a shell with a trap may', { buffered: true, skip }, async (t) => {
    t.equal(await says(t, ['sh', '-c', 'trap "kill %1" TERM; "$0" "$@"; exit $?', ...node(script)]), 'deaf: undefined')
  })

  t.test('npm does, but the shell that it starts does not', { buffered: true, skip }, async (t) => {
    const folder = t.testdir({ 'package.json': JSON.stringify({ scripts: { start: 'node server.js; true' } }), 'server.js': script })

    t.match(await says(t, ['sh', '-c', 'unset NODE_OPTIONS; cd "$0" && exec npm start --silent', folder]), /deaf: sh -c$/)
  })
})

const CATCHES = '0000000000004002'
const BLOCKS = '0000000000004000'
const NOTHING = '0000000000000000'

/** A /proc with these processes, from PID 1 down to the one that asks. */
function proc (t: Test, chain: ReadonlyArray<{ caught?: string, blocked?: string, command: string }>): string {
  const folder = t.testdir({})
  chain.forEach(({ caught = NOTHING, blocked = NOTHING, command }, index) => {
    mkdirSync(join(folder, String(index + 1)))
    writeFileSync(join(folder, `${index + 1}/status`), `Name:\tx\nPPid:\t${index}\nSigBlk:\t${blocked}\nSigIgn:\t${NOTHING}\nSigCgt:\t${caught}\n`)
    writeFileSync(join(folder, `${index + 1}/cmdline`), command.replaceAll(' ', '\0'))
  })
  return folder
}

t.test('an init that waits for signals with its mask passes them on', async (t) => {
  const folder = proc(t, [{ blocked: BLOCKS, command: '/sbin/docker-init -- node server.js' }, { command: 'node server.js' }])

  t.equal(deafParent(folder, 2), undefined)
})

t.test('a deaf shell is found behind an init, and its script is not told', async (t) => {
  const folder = proc(t, [
    { blocked: BLOCKS, command: '/sbin/docker-init -- sh' }, { command: '/bin/sh -c node\u00a0server.js\u00a0--password=secret' }, { command: 'node server.js' }
  ])

  t.equal(deafParent(folder, 3), 'sh -c')
})

t.test('a script is named by its shell alone', async (t) => {
  t.equal(deafParent(proc(t, [{ command: '/bin/sh /entrypoint.sh' }, { caught: CATCHES, command: 'node server.js' }]), 2), 'sh')
})

t.test('what cannot be read is not known', async (t) => {
  t.equal(deafParent(t.testdir({}), 1), undefined)
  t.equal(deafParent(t.testdir({ 1: { status: 'PPid:\t7\n' } }), 1), undefined)
  t.equal(deafParent(t.testdir({ 1: { status: 'PPid:\t1\nSigBlk:\t0\n', cmdline: '' } }), 1), undefined)
})

t.test('a process that is its own ancestor is no reason to go on for ever', async (t) => {
  t.equal(deafParent(t.testdir({ 1: { status: `PPid:\t1\nSigBlk:\t0\nSigCgt:\t${CATCHES}\n`, cmdline: '' } }), 1), undefined)
})

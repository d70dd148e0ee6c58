import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

import { controlResult, controls } from '../../lib/rehearsal/controls/index'
import { runControls } from '../../lib/rehearsal/rehearse'
import type { ControlResult, RequestRecord, TaskRecord } from '../../types/rehearsal'

t.jobs = 2

const [broken] = controls
const clean = controls.find(({ expected }) => expected === 'clean')!
const request: RequestRecord = { id: 'a', route: 'fast', node: 0, planned: 0, sent: 0, ended: 1, bytes: 2, class: 'ok' }
const lost: RequestRecord = { ...request, class: 'cut' }

t.test('a server that must lose and does not, or a fleet that must not and does, is not as expected', async (t) => {
  t.match(controlResult(broken!, { requests: [request, lost], tasks: [] }), { asExpected: true, lost: 1 })
  t.match(controlResult(broken!, { requests: [request], tasks: [] }), { asExpected: false, sentence: /lost 0 of 1 requests, and must lose some/ })
  t.match(controlResult(clean, { requests: [request], tasks: [] }), { asExpected: true })
  t.match(controlResult(clean, { requests: [request, lost], tasks: [] }), { asExpected: false, sentence: /must lose none/ })
})

t.test('a fleet that was asked nothing, or one of whose tasks had to be killed, is not clean', async (t) => {
  const killed: TaskRecord = { task: 1, deployment: 0, states: [], stop: { order: 'together', decided: 0, lookedAway: [], exitSignal: 'SIGKILL' } }

  t.match(controlResult(clean, { requests: [], tasks: [] }), { asExpected: false })
  t.match(controlResult(clean, { requests: [request], tasks: [killed] }), { asExpected: false })
})

t.test('each broken server loses, and a fleet that nobody stops loses nothing', { buffered: true }, async (t) => {
  const program = `
    const { runControls } = require(${JSON.stringify(join(__dirname, '../../.build/lib/rehearsal/rehearse.js'))})
    runControls({ seed: 1 }, {}).then((results) => console.log(JSON.stringify(results)))`

  // as it is built: what tap loads would slow each of its two dozen processes down
  const { stdout } = await promisify(execFile)('env', ['-u', 'NODE_OPTIONS', process.execPath, '-e', program])

  const results = JSON.parse(stdout) as ControlResult[]
  t.strictSame(results.map(({ name }) => name), controls.map(({ name }) => name))
  t.strictSame(results.filter(({ asExpected }) => !asExpected), [])
})

t.test('a control may be run alone', { buffered: true }, async (t) => {
  const [result] = await runControls({ seed: 1 }, {}, [clean])

  t.match(result, { name: clean.name, expected: 'clean', asExpected: true, lost: 0 })
})

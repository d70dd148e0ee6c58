import t from 'tap'

import { dark, light } from '../../../lib/rehearsal/report/html/colours'
import { marks, phases } from '../../../lib/rehearsal/report/html/phases'
import { timeScale } from '../../../lib/rehearsal/report/html/plot'
import { linear, logarithmic, niceDomain, powersOfTen, timeTicks } from '../../../lib/rehearsal/report/html/scale'
import { html } from '../../../lib/rehearsal/report/index'
import type { RehearsalResult, RequestRecord, RunResult, TaskRecord } from '../../../types/rehearsal'
import { result, run } from './result'
import { malformed } from './well-formed'

const clean = run()
const rude = run({ rude: true })
const small = run({ requests: 100 })
const lostIn = ({ requests }: RunResult): RequestRecord[] => requests.filter((request) => request.class !== 'ok' && request.class !== 'late')
const counted = (page: string, pattern: RegExp): number => [...page.matchAll(pattern)].length

t.test('a page of 20,000 requests stays below a megabyte, whether they are answered or lost', async (t) => {
  const allLost = { ...clean, requests: clean.requests.map((request) => ({ ...request, class: 'refused' as const, cause: 'connection refused (ECONNREFUSED)' })) }

  for (const of of [clean, rude, allLost]) {
    t.equal(of.requests.length, 20_000)
    t.ok(Buffer.byteLength(html(result(of))) < 1_000_000)
  }
})

t.test('a page needs no network and no script', async (t) => {
  const page = html(result(rude))

  t.notMatch(page, /https?:|\ssrc=|\shref=|<script|<link|@import|url\(/)
  t.match(page, "content=\"default-src 'none'; style-src 'unsafe-inline'\"")
})

t.test('what comes from outside is text wherever it stands', async (t) => {
  const evil = '<script>alert(1)</script>"\'&\x1b[31m\ud800'
  const request: RequestRecord = { ...small.requests[0]!, id: evil, route: evil, probe: evil, cause: evil, class: 'cut' }
  const task: TaskRecord = { ...small.tasks[7]!, healthy: undefined, output: evil }
  const told = result({ ...small, requests: [request, { ...request, class: 'late' }], tasks: [task], duplicates: [evil] })
  const page = html({
    ...told,
    sentence: evil,
    reasons: [evil],
    notes: [evil],
    settings: { ...told.settings, command: [evil], cwd: evil, healthPath: evil, routes: [{ path: evil, name: evil, method: evil }] },
    orders: told.orders.map((order) => ({ ...order, exits: { [evil]: 1 }, reasons: [evil] })),
    controls: told.controls.map((control) => ({ ...control, name: evil, sentence: evil })),
    environment: { package: evil, node: evil, platform: evil, cores: 1 }
  })

  t.equal(malformed(page), undefined)
  t.notMatch(page, /<script|\x1b|\ud800/) // eslint-disable-line no-control-regex
  t.ok(counted(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;&amp;/g) >= 20)
})

t.test('every lost request is a cross with its cause, at its planned instant', async (t) => {
  const lost = lostIn(rude)
  const page = html(result(rude))
  const x = timeScale(rude)

  t.ok(lost.length > 100)
  t.equal(counted(page, /<path data-x=/g), lost.length)
  for (const { id, cause, class: name, planned, task, node } of lost) {
    const cross = page.match(new RegExp(`<path data-x="([\\d.]+)"[^>]*><title>[^<]*${id}</title>`))
    if (!cross?.[0].includes(`${name}: ${cause}`) || !cross[0].includes(`task ${task}, node ${node}`) || Number(cross[1]) !== x(planned)) t.fail(id)
  }
})

t.test('losses that are too many for titles of their own are drawn all the same', async (t) => {
  const requests = clean.requests.slice(0, 5_000).map((request) => ({ ...request, class: 'wrong' as const, cause: 'another body' }))
  const page = html(result({ ...clean, requests }))

  t.equal(counted(page.split('<figcaption>')[0]!, /l8 8m0-8l-8 8/g), 5_000) // the legend has one, too
  t.match(page, 'wrong · 5,000')
})

t.test('what was done to a task stands where the axis has its instant', async (t) => {
  const x = timeScale(rude)
  const page = html(result(rude))

  for (const { task, stop } of rude.tasks) {
    const lane = page.match(new RegExp(`<g data-task="${task}">.*`))![0]
    const drawn = [...lane.matchAll(/data-mark="([a-z-]+)" data-x="([\d.]+)"/g)].map(([, name, place]) => [name, Number(place)])
    const looks = stop?.lookedAway.filter((at) => at !== null).map((at) => ['looked-away', x(at)]) ?? []
    t.strictSame(drawn, stop ? [['deregistered', x(stop.deregistered!)], ...looks, ['sigterm', x(stop.signalled!)], ['exit', x(stop.exited!)]] : [])
  }
  const ticks = [...page.matchAll(/<text class="tick" x="([\d.]+)" y="[\d.]+">(\d+) s</g)]
  t.ok(ticks.length > 4)
  t.strictSame(ticks.map(([, place]) => Number(place)), ticks.map(([, , second]) => x(Number(second) * 1_000)))
})

t.test('a page is well-formed, also of results that are odd', async (t) => {
  const failed: TaskRecord = { task: 1, deployment: 0, states: [{ state: 'PROVISIONING', at: 0 }, { state: 'STOPPED', at: 900 }], output: 'EADDRINUSE' }
  const invalid: Partial<RehearsalResult> = { verdict: 'INVALID', sentence: 'Nothing can be said.', orders: [], controls: [] }
  const nothing = { median: NaN, p999: NaN, max: NaN, unsent: 0 }
  const never = html({ ...result({ ...small, duration: 0, tasks: [failed], requests: [], lateness: nothing }), ...invalid, lateness: nothing })

  t.equal(malformed(html(result(clean))), undefined)
  t.equal(malformed(html(result(rude))), undefined)
  t.equal(malformed(html({ ...result(), ...invalid })), undefined)
  t.equal(malformed(never), undefined)
  t.match(never, /\? INVALID/)
  t.match(never, /task 1 wrote, which never became healthy<\/h3><pre>EADDRINUSE/)
  for (const page of [never, html({ ...result(), ...invalid })]) t.notMatch(page, /NaN|Infinity|undefined|\[object/)
})

t.test('the checker of these tests finds what is not well-formed', async (t) => {
  t.equal(malformed('<p><b></p></b>'), 'not open: </p>')
  t.equal(malformed('<p><br></p>'), 'not open: </p>')
  t.equal(malformed('<p>'), 'not closed: p')
  t.equal(malformed('<p id=a></p>'), 'bad attributes: <p id=a>')
  t.equal(malformed('<p>a & b</p>'), '& b</p>')
})

t.test('the first run and those that are worth a look are open, the others folded', async (t) => {
  const page = html(result(small, run({ requests: 100, seed: 2 }), run({ requests: 100, seed: 3, rude: true })))

  t.strictSame([...page.matchAll(/<h2>(Run[^<]*)|<summary>(Run with seed \d+)/g)].map(([, open, folded]) => open ?? `folded: ${folded}`),
    ['Run with seed 1', 'folded: Run with seed 2', 'Run with seed 3'])
})

t.test('both schemes have every colour that is used, and text can be read on each ground', async (t) => {
  const used = new Set([...html(result(small)).matchAll(/var\(--([a-z]+)\)/g)].map(([, name]) => name))

  t.strictSame([...used].sort(), Object.keys(light).sort())
  t.strictSame(Object.keys(dark), Object.keys(light))
  for (const scheme of [light, dark]) {
    for (const text of ['ink', 'soft', 'pass', 'fail', 'doubt', 'lost'] as const) {
      for (const ground of ['paper', 'panel', 'band'] as const) t.ok(contrast(scheme[text], scheme[ground]) >= 4.5, `${scheme[text]} on ${scheme[ground]}`)
    }
  }
})

t.test('a life is cut into the phases that were seen', async (t) => {
  const task: TaskRecord = { task: 1, deployment: 0, states: [{ state: 'PROVISIONING', at: 10 }], healthy: 50 }
  const names = (stop?: TaskRecord['stop']): string[] => phases({ ...task, stop }, 999).map(({ name, from, to }) => `${name} ${from}-${to}`)
  const stop = { order: 'together' as const, decided: 100, lookedAway: [null, 105] }

  t.strictSame(names(), ['starting 10-50', 'ready 50-999'])
  t.strictSame(names({ ...stop, deregistered: 100, signalled: 200, listenerClosed: 300, exited: 400 }),
    ['starting 10-50', 'ready 50-100', 'deregistered 100-200', 'draining 200-300', 'closing 300-400'])
  t.strictSame(names({ ...stop, signalled: 100, deregistered: 150, exited: 400 }), ['starting 10-50', 'ready 50-100', 'draining 100-400'])
  t.strictSame(names({ ...stop, order: 'kill', deregistered: 450, exited: 400 }), ['starting 10-50', 'ready 50-400'])
  t.strictSame(marks({ ...task, stop: { ...stop, signalled: 1, secondSignal: 2, exited: 3, exitSignal: 'SIGKILL' } }).map(({ name, at }) => `${name} ${at}`),
    ['looked-away 105', 'sigterm 1', 'second-sigterm 2', 'sigkill 3'])
})

t.test('scales put values where they belong, and ticks at round ones', async (t) => {
  const x = linear([0, 10_000], [100, 200])
  const y = logarithmic([1, 1_000], [300, 0])

  t.strictSame([-1, 0, 5_000, 10_000, 10_001].map(x), [100, 100, 150, 200, 200])
  t.strictSame([0, 1, 10, 100, 1_000].map(y), [300, 300, 200, 100, 0])
  t.strictSame(timeTicks(4_200), [0, 1_000, 2_000, 3_000, 4_000])
  t.strictSame(timeTicks(130_000).slice(0, 3), [0, 15_000, 30_000])
  t.strictSame(niceDomain(0.7, 4_321), [0.5, 5_000])
  t.strictSame(powersOfTen([0.5, 5_000]), [1, 10, 100, 1_000])
})

/** As the WCAG define it. */
function contrast (one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter! + 0.05) / (darker! + 0.05)
}

function luminance (colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

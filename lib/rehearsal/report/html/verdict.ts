import type { RehearsalResult, VerdictName } from '../../../../types/rehearsal'
import { toExit } from '../summary'
import { count, duration, NOTHING } from '../words'
import { markup, type Markup } from './markup'

const SIGNS: Readonly<Record<VerdictName, readonly [string, string]>> = {
  PASS: ['✓', 'pass'], FAIL: ['✗', 'fail'], INVALID: ['?', 'doubt']
}

/** The verdict in a sentence and as its pair, never loss alone: who waits long enough loses nothing. */
export function verdictSection ({ verdict, sentence, proof, reasons, notes, runs, settings }: RehearsalResult): Markup {
  const [sign, tone] = SIGNS[verdict]
  const times = toExit(runs)
  return markup`<header><div class="verdict"><span class="badge ${tone}">${sign} ${verdict}</span><code>${settings.command.join(' ')}</code></div>
<h1>${sentence}</h1>
<dl class="pair">
<div><dt${proof.lost > 0 ? markup` class="fail"` : undefined}>${count(proof.lost)}</dt><dd>lost, of ${count(proof.requests)} requests</dd></div>
<div><dt>${duration(times?.median)}</dt><dd>from SIGTERM to exit, median${times ? `; ${duration(times.max)} at most` : ` (${NOTHING}: nobody was signalled)`}</dd></div>
</dl>
${list(reasons)}${list(notes, 'soft')}</header>\n`
}

/** No list, if there is nothing to say. */
export function list (sentences: readonly string[], tone = 'reasons'): Markup | undefined {
  return sentences.length === 0 ? undefined : markup`<ul class="${tone}">${sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul>\n`
}

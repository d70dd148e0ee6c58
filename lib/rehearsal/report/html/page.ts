import type { RehearsalResult } from '../../../../types/rehearsal'
import { causes } from '../summary'
import { latenessSentence, proofSentences, workSentence } from '../words'
import { Markup, markup } from './markup'
import { runSection } from './run'
import { settingsTable } from './settings'
import { style } from './style'
import { causeTable, controlTable, lostTable, orderTable } from './tables'
import { list, verdictSection } from './verdict'

/**
 * A result as one file that needs nothing else: no script, no font, no network, which its policy also forbids. It is
 * well-formed as XML, too.
 */
export function html (result: RehearsalResult): string {
  const { controls, environment, lateness, orders, proof, runs, settings, verdict } = result
  const why = causes(runs)
  const work = workSentence(runs)
  return `<!doctype html>\n${markup`<html lang="en"><head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>${verdict}: rehearsal of ${settings.command.join(' ')}</title>
<style>${new Markup(style())}</style>
</head><body><main>
${verdictSection(result)}
${runs.map(runSection)}
<h2>By order</h2>
${orders.length > 0 ? orderTable(orders) : markup`<p>No order was performed.</p>`}
${list(orders.flatMap(({ order, reasons }) => reasons.map((reason) => `${order}: ${reason}`)))}
<h2>Lost requests</h2>
${why.length > 0 ? causeTable(why) : undefined}${lostTable(runs)}
<h2>${proof.lost === 0 ? 'What this zero proves' : 'What this proves'}</h2>
${proofSentences(proof).map((sentence) => markup`<p>${sentence}</p>`)}
<p>${latenessSentence(lateness)}</p>
${work === undefined ? undefined : markup`<h2>Work</h2><p>${work}</p>`}
${controls.length > 0 ? [markup`<h2>Controls</h2>`, controlTable(controls)] : undefined}
<h2>Settings</h2>
${settingsTable(settings)}
<footer>fastify-ecs-graceful ${environment.package} · Node ${environment.node} · ${environment.platform}, ${environment.cores} cores</footer>
</main></body></html>\n`.text}`
}

import { dark, light } from './colours'

/** The style sheet; on paper always the light colours. */
export function style (): string {
  return `:root{color-scheme:light dark;${variables(light)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(dark)}}}
${TEXT}${TABLES}${PICTURE}${PRINT}`
}

function variables (colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours).map(([name, colour]) => `--${name}:${colour}`).join(';')
}

const TEXT = `*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main{max-width:1160px;margin:0 auto;padding:48px 32px 40px}
h1{margin:10px 0 0;max-width:34em;font-size:29px;line-height:1.25;font-weight:650;letter-spacing:-.014em;text-wrap:balance}
h2{margin:52px 0 10px;font-size:19px;line-height:1.3;font-weight:650;letter-spacing:-.006em}
h3{margin:28px 0 8px;font-size:15px;font-weight:650}
p{margin:0 0 8px;max-width:74ch}
ul{margin:14px 0 0;padding-left:20px;max-width:80ch}
li{margin:3px 0}
li::marker{color:var(--soft)}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
pre{margin:0 0 12px;padding:12px 14px;background:var(--panel);border-radius:6px;white-space:pre-wrap}
summary{cursor:pointer;color:var(--soft)}
summary:hover{color:var(--ink)}
details{margin:14px 0}
.soft,footer{color:var(--soft)}
.pass{color:var(--pass)}.fail{color:var(--fail)}.doubt{color:var(--doubt)}
.badge{display:inline-block;padding:3px 12px 3px 10px;border-radius:99px;color:var(--paper);font-size:14px;font-weight:700;letter-spacing:.03em}
.badge.pass{background:var(--pass)}.badge.fail{background:var(--fail)}.badge.doubt{background:var(--doubt)}
.verdict code{margin-left:10px;color:var(--soft)}
.pair{display:flex;gap:56px;margin:30px 0 26px}
.pair div{padding-left:16px;border-left:3px solid var(--line)}
.pair dt{font-size:38px;line-height:1.1;font-weight:650;letter-spacing:-.022em}
.pair dd{margin:4px 0 0;color:var(--soft)}
footer{margin-top:56px;padding-top:14px;border-top:1px solid var(--line);font-size:13px}
`

const TABLES = `.scroll{overflow-x:auto}
table{width:100%;margin:6px 0 0;border-collapse:collapse;font-size:14px;line-height:1.45}
th{text-align:left;font-weight:500;color:var(--soft);vertical-align:bottom;white-space:nowrap}
tbody th{color:var(--ink);vertical-align:top}
th,td{padding:6px 20px 6px 0;border-bottom:1px solid var(--line)}
td{vertical-align:top;overflow-wrap:anywhere}
th:last-child,td:last-child{padding-right:0}
.number{text-align:right;white-space:nowrap}
.word{white-space:nowrap}
.settings{width:auto}.settings th{padding-right:32px;color:var(--soft)}
`

const PICTURE = `figure{margin:16px 0 0}
svg{display:block;width:100%;height:auto;overflow:visible}
.timeline text{fill:var(--ink);font-size:11px}
.timeline .label{text-anchor:end}
.timeline .tick{text-anchor:middle}
.timeline .label,.timeline .tick,.timeline .band text{fill:var(--soft)}
.timeline .band text{font-weight:600}
.timeline .alarm,.unclean,.sigkill text{fill:var(--lost)!important;font-weight:600}
.clean{fill:var(--soft)!important}
.band rect{fill:var(--band)}
.grid,.rule{fill:none;stroke:var(--line);stroke-width:.7}
.rule{stroke:var(--soft);stroke-opacity:.4}
.starting{fill:var(--starting)}.ready{fill:var(--ready)}.deregistered{fill:var(--deregistered)}.draining{fill:var(--draining)}.closing{fill:var(--closing)}
.mark{fill:var(--ink);stroke:none}
.mark text{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.mark.looked-away{fill:var(--paper);stroke:var(--ink);stroke-width:1.3}
.mark.sigterm path{stroke:var(--ink);stroke-width:2}
.mark.second-sigterm path{stroke:var(--ink);stroke-width:2;stroke-dasharray:2.5 2}
.mark.exit path{stroke:var(--ink);stroke-width:1.3}
.mark.sigkill{fill:var(--lost)}
.lost path{fill:none;stroke:var(--lost);stroke-width:1.7}
.lost .until{stroke-width:1;stroke-opacity:.45}
.guide{fill:none;stroke:var(--draining);stroke-width:1;stroke-dasharray:2 3}
.ok{fill:none;stroke:var(--dot);stroke-width:2;stroke-linecap:round;stroke-opacity:.55}
.probe{fill:var(--paper);stroke:var(--probe);stroke-width:1.3}
.late{fill:var(--late);stroke:var(--paper);stroke-width:.8}
.legend{display:flex;flex-wrap:wrap;gap:5px 20px;margin:12px 0 0;padding:0;list-style:none;color:var(--soft);font-size:13px;max-width:none}
.legend li{display:flex;align-items:center;gap:7px;margin:0}
.legend svg{flex:none;width:24px;height:24px}
`

const PRINT = `@media (max-width:860px){main{padding:32px 24px}.pair{gap:32px}}
@media print{main{max-width:none;padding:0}body{font-size:11px}table{font-size:10px}h1{font-size:22px}h2{break-after:avoid;margin-top:28px}figure,tr{break-inside:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}details::details-content{content-visibility:visible;block-size:auto}}
`

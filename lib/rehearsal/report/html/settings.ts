import type { RehearsalSettings, Route } from '../../../../types/rehearsal'
import { count } from '../words'
import { markup, type Markup } from './markup'

/** Everything that was set or left as it was, in the words of the options. */
export function settingsTable (settings: RehearsalSettings): Markup {
  return markup`<table class="settings"><tbody>
${rows(settings).map(([name, values]) => markup`<tr><th scope="row">${name}</th><td>${values.map((value, index) => [index > 0 ? markup`<br/>` : undefined, value])}</td></tr>\n`)}</tbody></table>\n`
}

function rows (settings: RehearsalSettings): [string, readonly (string | Markup)[]][] {
  const { healthCheck, lag, lagSeconds } = settings
  return [
    ['Command', [markup`<code>${settings.command.join(' ')}</code>`]],
    ['Directory', [markup`<code>${settings.cwd}</code>`]],
    ['Load', [`${count(settings.rate)} requests a second, arriving at random (open load)`]],
    ['Routes', settings.routes.map(routeText)],
    ['Tasks', [`${settings.tasks}, ${settings.minimumHealthyPercent} to ${settings.maximumPercent} % of them during a deployment`]],
    ['Deployments', [`${settings.deployments} in each order: ${settings.order.join(', ')}`]],
    ['Seeds', [settings.seeds === 1 ? `${settings.seed}` : `${settings.seed} to ${settings.seed + settings.seeds - 1}`]],
    ['Balancer', [`${settings.nodes} nodes, each of which looks away ${lagSeconds.join(' to ')} s after deregistration${typeof lag === 'string' ? ` (${lag})` : ''}`]],
    ['On the wire', [`${settings.oneWayDelay} ms each way`]],
    ['Health check', [
      `${settings.healthPath} every ${healthCheck.intervalSeconds} s, within ${healthCheck.timeoutSeconds} s`,
      `unhealthy after ${healthCheck.unhealthyThreshold} failures, healthy again after ${healthCheck.healthyThreshold} successes`,
      settings.checksWhileDraining ? 'also while a target drains' : 'not while a target drains'
    ]],
    ['Deregistration delay', [`${settings.deregistrationDelay} s`]],
    ['Stop timeout', [`${settings.stopTimeout} s from SIGTERM to SIGKILL${settings.secondSigterm ? ', with a second SIGTERM' : ''}`]],
    ['Start timeout', [`${settings.startTimeout} s`]],
    ['Probes', [settings.probes ? 'dangerous instants around each signal are forced' : 'none: dangerous instants are left to chance']],
    ['As PID 1', [yesOrNo(settings.pid1)]],
    ['Controls', [yesOrNo(settings.controls)]]
  ]
}

function routeText ({ name, method = 'GET', path, weight = 1 }: Route): Markup {
  return markup`<code>${method} ${path}</code>${name === undefined || name === `${method} ${path}` ? undefined : ` ${name}`}${weight === 1 ? undefined : `, weight ${weight}`}`
}

function yesOrNo (value: boolean): string {
  return value ? 'yes' : 'no'
}

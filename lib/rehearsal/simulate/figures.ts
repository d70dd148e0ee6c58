import type { SimulatedFigures, SimulatedStop, SimulationSettings } from '../../../types/simulation'
import { median } from '../verdict/index'
import type { PaperTask } from './paper'
import { busiestSecond, largest, peakOf, sum } from './numbers'
import type { PaperDeployment } from './perform'
import { routing, type Routing } from './routing'

/** How each node shared out its requests over the whole simulation. */
export function routingsOf (deployments: readonly PaperDeployment[], { nodes }: Pick<SimulationSettings, 'nodes'>): Routing[] {
  const tasks = [...deployments[0]?.old ?? [], ...deployments.flatMap(({ fresh }) => fresh)]
  return Array.from({ length: nodes }, (_, node) =>
    routing(tasks.map(({ healthy, stop }) => ({ from: healthy, until: stop?.lookedAway[node] ?? Infinity }))))
}

/** The figures of some deployments, each as its type defines it. Pure. */
export function figuresOf (
  deployments: readonly PaperDeployment[], routings: readonly Routing[], settings: Pick<SimulationSettings, 'rate' | 'connectionsPerTask'>
): Omit<SimulatedFigures, 'sentence'> {
  const stops = deployments.flatMap(stopsOf)
  const seconds = sum(deployments.map(({ began, ended }) => ended - began)) / 1_000
  const toExit = stops.flatMap(({ signalled, exited }) => signalled === undefined ? [] : [(exited - signalled) / 1_000])
  const draining = sum(stops.map(drainingSeconds))
  const paid = sum(deployments.flatMap((deployment) => spansOf(deployment).map(([from, until]) => until - from))) / 1_000
  const perNode = settings.rate / 1_000 / routings.length

  return {
    deployments: deployments.length,
    deploySeconds: deployments.length > 0 ? seconds / deployments.length : 0,
    stops: stops.length,
    secondsToExit: toExit.length > 0 ? { median: median(toExit), max: largest(toExit) } : null,
    drainingTaskSeconds: draining,
    drainingShare: paid > 0 ? draining / paid : 0,
    peakTasks: largest(deployments.map((deployment) => peakOf(spansOf(deployment)))),
    peakStopping: largest(deployments.map((deployment) => peakOf(stopsOf(deployment).map(({ decided, exited }) => [decided, exited])))),
    reconnectsPerSecond: {
      peak: largest(deployments.map((deployment) => busiestSecond(reconnects(deployment, settings), deployment.began))),
      mean: stops.length * settings.connectionsPerTask / Math.max(1, seconds)
    },
    lost: perNode * sum(stops.flatMap(({ listenerClosed, lookedAway }) =>
      lookedAway.map((at, node) => at > listenerClosed ? routings[node]!.share(listenerClosed, at) : 0))),
    withoutTarget: perNode * sum(deployments.flatMap(({ began, ended }) => routings.map((node) => node.without(began, ended))))
  }
}

/** From when until when each task was paid for, within the deployment. */
function spansOf ({ began, ended, old, fresh }: PaperDeployment): Array<readonly [number, number]> {
  return [
    ...old.map(({ stop }) => [began, stop!.exited] as const),
    ...fresh.map(({ started }) => [started, ended] as const)
  ]
}

function stopsOf ({ old }: PaperDeployment): SimulatedStop[] {
  return old.map((task: PaperTask) => task.stop!)
}

function drainingSeconds ({ deregistered = Infinity, signalled = Infinity, exited }: SimulatedStop): number {
  return Math.max(0, exited - Math.min(deregistered, signalled)) / 1_000
}

function reconnects (deployment: PaperDeployment, { connectionsPerTask }: Pick<SimulationSettings, 'connectionsPerTask'>): Array<{ at: number, count: number }> {
  return stopsOf(deployment).flatMap(({ listenerClosed, lookedAway }) =>
    lookedAway.map((at) => ({ at: Math.min(at, listenerClosed), count: connectionsPerTask / lookedAway.length })))
}

import type { MeterProvider } from '@opentelemetry/sdk-metrics'

import { cutBy, labels, listen } from './channels'

/** Makes OpenTelemetry metrics of drains. They are exported before the process goes. Returns what ends that. */
export function recordDrains (provider: MeterProvider): () => void {
  const meter = provider.getMeter('fastify-ecs-graceful')
  const phases = meter.createCounter('ecs_graceful.phases', { unit: '{change}', description: 'Changes of phase' })
  const clients = meter.createCounter('ecs_graceful.clients', { unit: '{client}', description: 'Clients that have ended, by how' })
  const duration = meter.createHistogram('ecs_graceful.drain.duration', { unit: 's', description: 'From the signal to the report' })
  const served = meter.createCounter('ecs_graceful.drain.served', { unit: '{request}', description: 'Requests answered since the signal' })
  const cut = meter.createCounter('ecs_graceful.drain.cut', { unit: '{request}', description: 'Requests, sockets and work cut at the force point' })

  return listen({
    phase: (message) => phases.add(1, { ...labels(message), phase: message.phase }),
    client: (message) => clients.add(1, { ...labels(message), client: message.client.name, outcome: message.client.outcome }),
    report (message) {
      const { report } = message
      const attributes = { ...labels(message), trigger: report.trigger, outcome: report.outcome }
      duration.record(report.durations.total / 1_000, attributes)
      served.add(report.served, attributes)
      cut.add(cutBy(message), attributes)
      message.waitUntil(provider.forceFlush()) // the next regular export would come too late
    }
  })
}

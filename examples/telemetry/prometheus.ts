import { Counter, Gauge, type Pushgateway, type PrometheusContentType, type Registry } from 'prom-client'

import { cutBy, labels, listen } from './channels'

const common = ['family', 'revision']

/**
 * Makes Prometheus metrics of drains. The phase can be scraped while a task drains; what the report says cannot, because nobody
 * listens any more: it is pushed, if there is a gateway to push to. Returns what ends that.
 */
export function measureDrains (register: Registry, gateway?: Pushgateway<PrometheusContentType>): () => void {
  const registers = [register]
  const phases = new Gauge({ registers, name: 'ecs_graceful_phase', help: '1 for the phase that a task is in', labelNames: [...common, 'phase'] })
  const clients = new Counter({
    registers, name: 'ecs_graceful_clients_total', help: 'Clients that have ended, by how', labelNames: [...common, 'client', 'outcome']
  })
  const drain = [...common, 'trigger', 'outcome']
  const duration = new Gauge({ registers, name: 'ecs_graceful_drain_duration_seconds', help: 'From the signal to the report', labelNames: drain })
  const served = new Gauge({ registers, name: 'ecs_graceful_drain_served', help: 'Requests answered since the signal', labelNames: drain })
  const cut = new Gauge({ registers, name: 'ecs_graceful_drain_cut', help: 'Requests, sockets and work cut', labelNames: drain })

  return listen({
    phase (message) {
      phases.reset() // of a process with one instance
      phases.set({ ...labels(message), phase: message.phase }, 1)
    },
    client: (message) => clients.inc({ ...labels(message), client: message.client.name, outcome: message.client.outcome }),
    report (message) {
      const { report } = message
      const by = { ...labels(message), trigger: report.trigger, outcome: report.outcome }
      duration.set(by, report.durations.total / 1_000)
      served.set(by, report.served)
      cut.set(by, cutBy(message))
      if (gateway) message.waitUntil(gateway.pushAdd({ jobName: 'drains' }))
    }
  })
}

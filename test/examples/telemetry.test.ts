import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import Fastify from 'fastify'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pushgateway, Registry, type PrometheusContentType } from 'prom-client'
import t, { type Test } from 'tap'

import { recordDrains } from '../../examples/telemetry/opentelemetry'
import { measureDrains } from '../../examples/telemetry/prometheus'
import ecsGraceful from '../../lib/index'

/** A service with a client, ready. */
async function service (t: Test) {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { signals: false, resources: { queue: () => {} } })
  await app.ready()
  return app
}

t.test('OpenTelemetry has the metrics of a drain when it is over', async (t) => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })] })
  t.teardown(() => provider.shutdown())
  t.teardown(recordDrains(provider))
  const app = await service(t)

  await app.ecsGraceful.shutdown()

  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics).flatMap(({ metrics }) => metrics)
  const points = new Map(metrics.map(({ descriptor, dataPoints }) => [
    descriptor.name, dataPoints.map(({ attributes, value }) => ({ ...attributes, value }))
  ]))
  const common = { family: 'unknown', revision: 'unknown' }
  t.match(points.get('ecs_graceful.phases'), ['ready', 'draining', 'closing', 'closed'].map((phase) => ({ ...common, phase, value: 1 })))
  t.match(points.get('ecs_graceful.clients'), [{ ...common, client: 'queue', outcome: 'closed', value: 1 }])
  t.match(points.get('ecs_graceful.drain.duration'), [{ ...common, trigger: 'shutdown', outcome: 'drained', value: { count: 1 } }])
  t.match(points.get('ecs_graceful.drain.served'), [{ trigger: 'shutdown', value: 0 }])
  t.match(points.get('ecs_graceful.drain.cut'), [{ trigger: 'shutdown', value: 0 }])
})

t.test('Prometheus can scrape the phase, and is pushed the rest before the drain is over', async (t) => {
  const pushed: string[] = []
  const gateway = http.createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => { text += chunk }).on('end', () => {
      pushed.push(`${request.method} ${request.url}\n${text}`)
      response.end()
    })
  })
  await once(gateway.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => {
    gateway.close()
    gateway.closeAllConnections()
  })
  const register = new Registry<PrometheusContentType>()
  t.teardown(measureDrains(register, new Pushgateway(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}`, {}, register)))
  const app = await service(t)
  t.match(await register.metrics(), 'ecs_graceful_phase{family="unknown",revision="unknown",phase="ready"} 1')

  await app.ecsGraceful.shutdown()

  const labels = '{family="unknown",revision="unknown",trigger="shutdown",outcome="drained"}'
  t.equal(pushed.length, 1)
  t.match(pushed[0], 'POST /metrics/job/drains\n')
  t.match(pushed[0], 'ecs_graceful_phase{family="unknown",revision="unknown",phase="closed"} 1')
  t.notMatch(pushed[0], 'phase="ready"')
  t.match(pushed[0], 'ecs_graceful_clients_total{family="unknown",revision="unknown",client="queue",outcome="closed"} 1')
  t.match(pushed[0], `ecs_graceful_drain_duration_seconds${labels} `)
  t.match(pushed[0], `ecs_graceful_drain_served${labels} 0`)
  t.match(pushed[0], `ecs_graceful_drain_cut${labels} 0`)
})

t.test('without a gateway nothing is pushed, and whoever has ended it is told nothing', async (t) => {
  const register = new Registry<PrometheusContentType>()
  const stop = measureDrains(register)
  const first = await service(t)
  await first.ecsGraceful.shutdown()
  const before = await register.metrics()
  stop()

  const second = await service(t)
  await second.ecsGraceful.shutdown()

  t.match(before, 'ecs_graceful_drain_served')
  t.equal(await register.metrics(), before)
})

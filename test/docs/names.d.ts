import type {} from '@fastify/jwt'
import type {} from '@fastify/postgres'
import type {} from '@fastify/sse'

/** What the blocks of the pages use without declaring it: the application that the reader has already, and what is his own. */
declare global {
  const app: import('fastify').FastifyInstance
  const ecsGraceful: typeof import('fastify-ecs-graceful').default
  const sqs: typeof import('fastify-ecs-graceful/sqs').default
  const rehearse: typeof import('fastify-ecs-graceful/rehearsal').rehearse
  const diagnosticsChannel: typeof import('node:diagnostics_channel')
  const assert: typeof import('node:assert/strict')

  const queueUrl: string
  const targetGroupArn: string
  function send (report: import('fastify-ecs-graceful').DrainReport): Promise<void>
  function authenticate (request: import('fastify').FastifyRequest): Promise<void>
  function stopPolling (): void
  function sendMail (): Promise<void>
  function publishNext (): Promise<void>
  function importAll (): Promise<void>
  function placeOrder (order: unknown, context?: { id?: string, signal: AbortSignal }): Promise<void>

  /** docs/ecosystem.md */
  const underPressure: typeof import('@fastify/under-pressure').default
  const AppModule: new () => object
  const NestFactory: typeof import('@nestjs/core').NestFactory
  type NestFastifyApplication = import('@nestjs/platform-fastify').NestFastifyApplication
  const DrainedAdapter: typeof import('../../examples/recipes/nest').DrainedAdapter

  /** examples/telemetry/README.md */
  const recordDrains: typeof import('../../examples/telemetry/opentelemetry').recordDrains
  const measureDrains: typeof import('../../examples/telemetry/prometheus').measureDrains
  const MeterProvider: typeof import('@opentelemetry/sdk-metrics').MeterProvider
  const PeriodicExportingMetricReader: typeof import('@opentelemetry/sdk-metrics').PeriodicExportingMetricReader
  const exporter: import('@opentelemetry/sdk-metrics').PushMetricExporter
  const register: typeof import('prom-client').register
  const Pushgateway: typeof import('prom-client').Pushgateway
}

declare module 'fastify' {
  interface FastifyInstance {
    prisma: { $disconnect (): Promise<void> }
  }
}

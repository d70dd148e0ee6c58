import { Duration } from 'aws-cdk-lib'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { startupEstimate, type StartupFacts } from '../../lib/cdk/index'
import { serviceDefaults } from '../../lib/cdk/parts/defaults'
import { workerRuleIds } from '../../lib/cdk/parts/worker-rules'

const rows = (file: string): string[][] => readFileSync(join(__dirname, '../../docs', file), 'utf8').split('\n')
  .filter((line) => line.startsWith('| ')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim().replaceAll('`', '')))
const written = (value: unknown): string => value instanceof Duration ? `${value.toSeconds()} s` : `${value}`

t.test('docs/cdk.md gives each prop the default that the template has', async (t) => {
  const table = new Map(rows('cdk.md').map(([name, value]) => [name, value]))

  const defaults = Object.entries(serviceDefaults)
  t.strictSame(defaults.map(([name]) => [name, table.get(name)]), defaults.map(([name, value]) => [name, written(value)]))
})

t.test('docs/cdk.md names each rule for workers', async (t) => {
  t.strictSame(rows('cdk.md').filter(([, severity]) => severity === 'error' || severity === 'warning').map(([name]) => name), workerRuleIds)
})

t.test('docs/fast-start.md sums up what the estimate says', async (t) => {
  const facts: StartupFacts[] = [
    { imageSize: 1_000, cpu: 256, readyCpu: 400, healthCheckInterval: 30_000 },
    { imageSize: 150, cpu: 1_024, readyCpu: 230, healthCheckInterval: 5_000 },
    { capacity: 'ec2', imageSize: 150, cpu: 1_024, readyCpu: 230, healthCheckInterval: 5_000 }
  ]
  const estimates = facts.map(startupEstimate)
  const range = ({ least, likely }: { least: number, likely: number }): string => [least, likely].map((ms) => (ms / 1_000).toFixed(1)).join(' – ')

  const terms = estimates[0]!.terms.map(({ name }, index) => [name, ...estimates.map(({ terms }) => range(terms[index]!))])
  const table = [...terms, ['sum', ...estimates.map(range)]]

  t.strictSame(rows('fast-start.md').filter(([name]) => table.some(([term]) => term === name)).map((cells) => cells.slice(0, 4)), table)
})

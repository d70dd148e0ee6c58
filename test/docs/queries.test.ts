import Fastify from 'fastify'
import t from 'tap'

import ecsGraceful from '../../lib/index'
import type { DrainReport } from '../../types/index'
import { blocks, pages } from './blocks'

/** As CloudWatch Logs Insights names what is nested. */
function names (value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [prefix]
  return Object.entries(value).flatMap(([key, inner]) => names(inner, prefix === '' ? key : `${prefix}.${key}`))
}

/** What a query calls fields: all its names but those that it makes, functions, commands and texts. */
function fieldsOf (query: string): string[] {
  const plain = query.replace(/"[^"]*"/g, '')
  const made = [...plain.matchAll(/\bas (\w+)/g)].map(([, name]) => name!)
  const words = plain.match(/@?[a-z][\w.]*(?!\w*\()/gi) ?? []
  return words.filter((word) => !made.includes(word) && !['fields', 'filter', 'sort', 'stats', 'by', 'as', 'and', 'desc'].includes(word))
}

t.test('every query of Logs Insights asks for fields that reports have', async (t) => {
  const lines: object[] = []
  const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(JSON.parse(line) as object) } } } })
  await app.register(ecsGraceful, { signals: false })
  await app.ready()
  await app.ecsGraceful.shutdown()

  const report = lines.find((line) => 'event' in line && line.event === 'ecs-graceful-report')
  const lists: Pick<DrainReport, 'cut' | 'errors'> = {
    cut: { requests: [{ method: 'GET', route: '/', atLeast: 1 }], unnamed: 0, upgraded: 0, work: ['mail'] }, errors: [{ code: 'X', message: 'x' }]
  }
  const known = ['@timestamp', 'task', ...names({ ...report, ...lists })] // task: only where it is known
  const queries = pages.flatMap(blocks).flatMap(({ language, text }) =>
    language === 'query' ? [text] : [...text.matchAll(/--query-string '([^']+)'/g)].map(([, query]) => query!))

  t.equal(queries.length, 4)
  t.strictSame(queries.flatMap(fieldsOf).filter((field) => !known.includes(field)), [])
  t.ok(queries.flatMap(fieldsOf).includes('durations.total'))
})

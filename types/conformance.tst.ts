import { expect, test } from 'tstyche'

import { conform, type ConformanceOptions, type ConformanceResult } from 'fastify-ecs-graceful/conformance'

test('a command is all that is needed', () => {
  expect<ConformanceOptions>().type.toBeAssignableFrom<{ command: string[] }>()
  expect(conform).type.toBeCallableWith({ command: ['node', 'server.js'] })
  expect(conform).type.toBeCallableWith({ command: ['node', 'server.js'], clause: 'D7', level: ['MUST', 'SHOULD'], http2: true, stopTimeout: 60 })
  expect(conform).type.toBeCallableWith({ command: ['./server'], clause: ['D7', 'D12'], level: 'MUST', strict: true })
})

test('what cannot be meant is refused', () => {
  expect(conform).type.not.toBeCallableWith()
  expect(conform).type.not.toBeCallableWith({})
  expect(conform).type.not.toBeCallableWith({ command: 'node server.js' })
  expect(conform).type.not.toBeCallableWith({ command: ['node'], level: 'WILL' })
  expect(conform).type.not.toBeCallableWith({ command: ['node'], atOnce: '2' })
  expect(conform).type.not.toBeCallableWith({ command: ['node'], clauses: 'D7' })
})

test('a result is one of three words, a clause one of four, and neither can be written to', () => {
  expect<ConformanceResult['verdict']>().type.toBe<'PASS' | 'FAIL' | 'INCONCLUSIVE'>()
  expect<ConformanceResult['clauses'][number]['outcome']>().type.toBe<'pass' | 'fail' | 'not-applicable' | 'inconclusive'>()
  expect<ConformanceResult['version']>().type.toBe<1>()
  expect<ConformanceResult['clauses']>().type.not.toHaveProperty('push')
})

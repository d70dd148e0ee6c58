import { expect, test } from 'tstyche'

import { rehearse, type RehearsalOptions, type RehearsalResult } from 'fastify-ecs-graceful/rehearsal'

test('everything about a rehearsal is optional', () => {
  expect<RehearsalOptions>().type.toBeAssignableFrom({})
  expect(rehearse).type.toBeCallableWith()
  expect(rehearse).type.toBeCallableWith({ order: 'together', lag: [2, 8], healthCheck: '5/2/2' })
  expect(rehearse).type.toBeCallableWith({ order: ['together', 'kill'], healthCheck: { intervalSeconds: 10 } })
})

test('what cannot be meant is refused', () => {
  expect(rehearse).type.not.toBeCallableWith({ order: 'sideways' })
  expect(rehearse).type.not.toBeCallableWith({ lag: 'awful' })
  expect(rehearse).type.not.toBeCallableWith({ tasks: '2' })
  expect(rehearse).type.not.toBeCallableWith({ command: 'node server.js' })
  expect(rehearse).type.not.toBeCallableWith({ routes: [{ method: 'GET' }] })
})

test('a result is one of three words, and cannot be written to', () => {
  expect<RehearsalResult['verdict']>().type.toBe<'PASS' | 'FAIL' | 'INVALID'>()
  expect<RehearsalResult['version']>().type.toBe<1>()
  expect<RehearsalResult['runs']>().type.not.toHaveProperty('push')
})

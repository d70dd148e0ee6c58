import t from 'tap'

import { definedStopTimeout } from '../../lib/ecs/stop-timeout'

const definition = (...containers: unknown[]) => ({ containerDefinitions: containers })

t.test('it is this container\'s, in milliseconds', async (t) => {
  const containers = [{ name: 'envoy', stopTimeout: 120 }, { name: 'app', stopTimeout: 60 }]

  t.strictSame(definedStopTimeout(definition(...containers), 'app', 'FARGATE'), { stopTimeout: 60_000 })
  t.strictSame(definedStopTimeout(definition(...containers), 'app', 'EC2'), { stopTimeout: 60_000 })
})

t.test('where the definition says nothing it is 30 s on Fargate, and elsewhere the agent\'s, which nobody can ask for', async (t) => {
  for (const container of [{ name: 'app' }, { name: 'app', stopTimeout: null }, { name: 'app', stopTimeout: 0 }]) {
    t.strictSame(definedStopTimeout(definition(container), 'app', 'FARGATE'), { stopTimeout: 30_000 })
    for (const launchType of ['EC2', 'EXTERNAL', 'MANAGED_INSTANCES', undefined]) {
      t.strictSame(definedStopTimeout(definition(container), 'app', launchType), { stopTimeout: undefined })
    }
  }
})

t.test('a container that is not in the definition, or has no name, is a failure', async (t) => {
  t.strictSame(definedStopTimeout(definition({ name: 'envoy' }), 'app', 'FARGATE'), { failure: 'the task definition has no container app' })
  t.strictSame(definedStopTimeout(definition({ name: 'app' }), undefined, 'FARGATE'), { failure: 'the task\'s metadata does not name this container' })
})

t.test('what is no number of seconds is a failure, and nothing throws', async (t) => {
  const strange = [true, -1, Number.NaN, '', '60', [], {}, [60]]
  const documents = [undefined, null, 5, 'definition', [], {}, { containerDefinitions: {} }, definition(null, 5, [], { stopTimeout: 60 })]

  for (const stopTimeout of strange) {
    t.strictSame(definedStopTimeout(definition({ name: 'app', stopTimeout }), 'app', 'FARGATE'), { failure: 'the task definition\'s stopTimeout of app is no number of seconds' })
  }
  for (const document of documents) t.match(definedStopTimeout(document, 'app', 'FARGATE'), { failure: /has no container app/ })
})

import t from 'tap'

import { readEnvironment, variables } from '../../lib/core/environment'

t.test('each variable is read as a number, in the unit AWS gives it', async (t) => {
  const read = readEnvironment({
    ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '60',
    ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS: '5',
    ECS_GRACEFUL_UNHEALTHY_THRESHOLD: '3'
  })

  t.strictSame(read, { values: { stopTimeoutSeconds: 60, healthCheckIntervalSeconds: 5, unhealthyThreshold: 3 } })
})

t.test('what is not set, empty or blank has no value', async (t) => {
  t.strictSame(readEnvironment({}), { values: {} })
  t.strictSame(readEnvironment({ [variables.stopTimeoutSeconds]: undefined }), { values: {} })
  t.strictSame(readEnvironment({ [variables.stopTimeoutSeconds]: '', [variables.unhealthyThreshold]: ' ' }), { values: {} })
})

t.test('fractions and zero are numbers, and spaces around them do no harm', async (t) => {
  t.strictSame(readEnvironment({ [variables.stopTimeoutSeconds]: ' 2.5\n', [variables.unhealthyThreshold]: '0' }), {
    values: { stopTimeoutSeconds: 2.5, unhealthyThreshold: 0 }
  })
})

t.test('what is no plain number is found by variable and value', async (t) => {
  const values = ['30s', '-1', '1e3', '0x10', 'NaN', 'Infinity', '1,5', '.5', '5.', '1 2']

  const accepted = values.filter((value) => 'values' in readEnvironment({ [variables.stopTimeoutSeconds]: value }))

  t.strictSame(accepted, [])
  t.strictSame(readEnvironment({ [variables.stopTimeoutSeconds]: '60', [variables.unhealthyThreshold]: ' two ' }), {
    finding: { variable: 'ECS_GRACEFUL_UNHEALTHY_THRESHOLD', value: 'two', allowed: 'a number of seconds or a count' }
  })
})

t.test('what is no number is read as it is, and the capacity must be one of four', async (t) => {
  t.strictSame(readEnvironment({ [variables.capacity]: ' fargate-spot ', [variables.targetGroupArn]: 'arn:x' }), {
    values: { capacity: 'fargate-spot', targetGroupArn: 'arn:x' }
  })
  t.strictSame(readEnvironment({ [variables.capacity]: 'spot' }), {
    finding: { variable: 'ECS_GRACEFUL_CAPACITY', value: 'spot', allowed: 'fargate, fargate-spot, mixed, ec2' }
  })
})

t.test('other variables are left alone', async (t) => {
  t.strictSame(readEnvironment({ ECS_GRACEFUL_COLOUR: 'blue', PATH: '/bin' }), { values: {} })
})

import type { Container, Environment, Place, TaskDefinition } from '../description'
import type { Lines } from '../source'
import { listOf, member, numberOf, textOf, textsOf, UNKNOWN, type Maybe } from '../values'

/** The revision of a task definition that has none yet, or does not say which. */
export const ANY = '*'

/** As `register-task-definition` takes it, `describe-task-definition` shows it, or CloudFormation spells it: all of these are complete. */
export function taskDefinition (value: unknown, place: Place, lines: Lines, ids: readonly string[] = []): TaskDefinition {
  const [family, revision, arn] = [textOf(member(value, 'family')), textOf(member(value, 'revision')), textOf(member(value, 'taskDefinitionArn'))]
  const names = typeof family !== 'string' ? [] : [`${family}:${typeof revision === 'string' ? revision : ANY}`, family]
  return {
    place,
    ids: [...ids, ...typeof arn === 'string' ? [arn] : [], ...names],
    requiresCompatibilities: textsOf(member(value, 'requiresCompatibilities')),
    containers: containers(member(value, 'containerDefinitions'), place, lines)
  }
}

export function containers (value: unknown, place: Place, lines: Lines): Maybe<readonly Container[]> {
  const list = listOf(value)
  return list === UNKNOWN || list === undefined ? list : list.map((each) => container(each, { ...place, line: lines(each) ?? place.line }))
}

function container (value: unknown, place: Place): Container {
  const ports = listOf(member(value, 'portMappings'))
  const dependsOn = listOf(member(value, 'dependsOn'))
  return {
    place,
    name: textOf(member(value, 'name')),
    stopTimeout: numberOf(member(value, 'stopTimeout')),
    entryPoint: textsOf(member(value, 'entryPoint')),
    command: textsOf(member(value, 'command')),
    environment: environment(value),
    healthCheck: textsOf(member(member(value, 'healthCheck'), 'command')),
    ports: ports === UNKNOWN || ports === undefined ? ports : ports.map((port) => numberOf(member(port, 'containerPort'))),
    dependsOn: (Array.isArray(dependsOn) ? dependsOn : []).map((dependency: unknown) =>
      ({ container: textOf(member(dependency, 'containerName')), condition: textOf(member(dependency, 'condition')) }))
  }
}

/** What is a secret, or may be in a file of variables, is not known here. */
function environment (value: unknown): Environment {
  const lists = ['environment', 'secrets', 'environmentFiles'].map((name) => listOf(member(value, name)))
  const [given = [], secrets = [], files = []] = lists.map((list) => Array.isArray(list) ? list : [])
  const named = (list: readonly unknown[], read: (pair: unknown) => Maybe<string>): Array<readonly [Maybe<string>, Maybe<string>]> =>
    list.map((pair) => [textOf(member(pair, 'name')), read(pair)])

  const pairs = [...named(given, (pair) => textOf(member(pair, 'value'))), ...named(secrets, () => UNKNOWN)]
  const values = new Map(pairs)
  const complete = !lists.includes(UNKNOWN) && files.length === 0 && pairs.every(([name]) => typeof name === 'string')
  return (name) => values.has(name) ? values.get(name) : complete ? undefined : UNKNOWN
}

import { variables, type EnvironmentValues } from '../core/environment'
import { boolean, refuse, wholeNumber, withDefaults } from '../option-checks'
import { defaults } from './defaults'

export interface DeregisterSettings {
  readonly targetGroupArn: string
  /** The port that the target was registered with; undefined for the one that the server listens on. */
  readonly port?: number
}

export interface EcsSettings {
  readonly metadata: boolean
  readonly describe: boolean
  readonly deregister: false | DeregisterSettings
  /** Whether it does so where it can: on a laptop there is nothing to leave. */
  readonly deregisters: boolean
}

const ARN = 'an ARN of a target group, arn:aws:elasticloadbalancing:…:targetgroup/…'

export function ecs (given: unknown, environment: EnvironmentValues, inTask: boolean): EcsSettings {
  const { metadata, describe, deregister } = withDefaults('ecs', given, defaults.ecs)
  const settings = {
    metadata: boolean('ecs.metadata', metadata),
    describe: boolean('ecs.describe', describe),
    deregister: deregistration(deregister, environment, inTask),
    deregisters: deregister !== false
  }
  for (const name of ['describe', 'deregister'] as const) {
    if (settings[name] !== false && !settings.metadata) refuse('ecs.metadata', `true, because ecs.${name} needs to know the task`, false)
  }
  return Object.freeze(settings)
}

/** `true` takes the target group from its variable: a task cannot find out by itself without further permissions. On a laptop there is none to leave. */
function deregistration (given: unknown, { targetGroupArn }: EnvironmentValues, inTask: boolean): false | DeregisterSettings {
  if (given === false) return false
  if (given === true) {
    if (targetGroupArn !== undefined) return Object.freeze({ targetGroupArn: arn(variables.targetGroupArn, targetGroupArn) })
    if (inTask) refuse('ecs.deregister', `{ targetGroupArn }, where ${variables.targetGroupArn} is not set`, true)
    return false
  }
  const options = withDefaults('ecs.deregister', given, { targetGroupArn: undefined, port: undefined })
  return Object.freeze({
    targetGroupArn: arn('ecs.deregister.targetGroupArn', options.targetGroupArn ?? targetGroupArn),
    port: options.port === undefined ? undefined : wholeNumber('ecs.deregister.port', options.port, 1, 65_535)
  })
}

function arn (name: string, value: unknown): string {
  if (typeof value === 'string' && /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:targetgroup\/[\w/-]+$/.test(value)) return value
  refuse(name, ARN, value)
}

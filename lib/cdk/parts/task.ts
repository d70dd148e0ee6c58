import { Duration } from 'aws-cdk-lib'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as logs from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

import { variables } from '../../core/environment'
import type { Complete, taskDefaults } from './defaults'
import type { ServiceSettings } from './service-settings'
import type { GracefulTaskProps } from '../task-props'

/** Our own program: it needs neither shell nor curl, and gives up after 4 s. */
const CHECK = 'node_modules/fastify-ecs-graceful/dist/cli/check.js'

interface Container {
  readonly environment: Readonly<Record<string, string>>
  readonly port?: number
  readonly healthCheckCommand?: string[]
}

interface Task {
  readonly taskDefinition: ecs.FargateTaskDefinition
  readonly container: ecs.ContainerDefinition
}

/** The task definition, with the one container that matters. Sidecars may be added to it. */
export function taskOf (
  scope: Construct, props: Complete<GracefulTaskProps, typeof taskDefaults>, { environment, port, healthCheckCommand }: Container
): Task {
  const taskDefinition = new ecs.FargateTaskDefinition(scope, 'TaskDefinition', {
    cpu: props.cpu,
    memoryLimitMiB: props.memoryLimitMiB,
    runtimePlatform: props.runtimePlatform,
    taskRole: props.taskRole,
    executionRole: props.executionRole
  })
  const container = taskDefinition.addContainer('app', {
    image: props.image,
    command: props.command,
    stopTimeout: props.stopTimeout,
    environment: { ...props.environment, ...environment },
    secrets: props.secrets,
    portMappings: port === undefined ? undefined : [{ containerPort: port }],
    linuxParameters: new ecs.LinuxParameters(scope, 'LinuxParameters', { initProcessEnabled: props.initProcess }),
    healthCheck: healthCheckCommand && {
      command: healthCheckCommand,
      // 30 s of failing before a task is replaced; once it has closed its listener it fails, too, and is gone before that.
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      retries: 3,
      startPeriod: Duration.seconds(10)
    },
    logging: props.logging ?? ecs.LogDrivers.awsLogs({ streamPrefix: 'app', logRetention: logs.RetentionDays.ONE_MONTH })
  })
  return { taskDefinition, container }
}

/** Of the container's own health check, if there is one. */
export function checkCommand ({ containerPort, livePath, healthCheckCommand }: ServiceSettings): string[] | undefined {
  return healthCheckCommand ?? (livePath === false ? undefined : ['CMD', 'node', CHECK, `http://127.0.0.1:${containerPort}${livePath}`])
}

/** What stops a task on Windows is no signal that Node can be told of in time. */
export function platformProblems ({ operatingSystemFamily }: ecs.RuntimePlatform = {}): string[] {
  return operatingSystemFamily?.isWindows() ? ['runtimePlatform must be Linux: containers of Windows get no SIGTERM, and nothing would drain'] : []
}

/** Two truths about one number would be one too many. `set` is what the construct sets. */
export function environmentProblems (set: Readonly<Record<string, string>>, given: GracefulTaskProps['environment'] = {}): string[] {
  const ours = [...Object.keys(set), ...Object.values(variables)]
  return Object.keys(given).filter((name) => ours.includes(name))
    .map((name) => `environment.${name} is for the construct to set, from its other props: leave it out`)
}

const REGION = 'eu-west-1'
const ACCOUNT = '111122223333'
/** The name of the cluster, of the service and of its family of task definitions. */
const NAME = 'rehearsal'
const CLUSTER = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${NAME}`
const MEMORY = 1_024
const MEBIBYTE = 2 ** 20

export type Status = 'RUNNING' | 'STOPPED'

/** What the agent knows of a task. */
export interface TaskFacts {
  /** From 1. */
  readonly task: number
  /** 32 hexadecimal digits, as in its ARN. */
  readonly id: string
  /** In the addresses, and Fargate's name for the container. */
  readonly endpointId: string
  readonly port: number
  readonly revision: number
  readonly desired: Status
  readonly known: Status
  readonly started: Date
  readonly stopped?: Date
}

export function taskArn ({ id }: Pick<TaskFacts, 'id'>): string {
  return `arn:aws:ecs:${REGION}:${ACCOUNT}:task/${NAME}/${id}`
}

/**
 * The documents of the metadata endpoint, version 4, in Fargate's shape, by their paths; undefined for a path that is
 * not there. What a laptop does not have, such as a network of its own, is made up but of the right form.
 */
export function metadataDocument (path: string, facts: TaskFacts, now: Date): unknown {
  switch (path) {
    case '': return container(facts)
    case 'task': return task(facts, now)
    case 'taskWithTags': return { ...task(facts, now), TaskTags: { 'aws:ecs:clusterName': NAME, 'aws:ecs:serviceName': NAME } }
    case 'stats': return stats(facts, now)
    case 'task/stats': return { [facts.endpointId]: stats(facts, now) }
  }
}

function task (facts: TaskFacts, now: Date) {
  return {
    Cluster: CLUSTER,
    TaskARN: taskArn(facts),
    Family: NAME,
    ServiceName: NAME,
    Revision: String(facts.revision),
    DesiredStatus: facts.desired,
    KnownStatus: facts.known,
    Limits: { CPU: 0.5, Memory: MEMORY },
    PullStartedAt: facts.started,
    PullStoppedAt: facts.started,
    ExecutionStoppedAt: facts.stopped,
    AvailabilityZone: REGION + 'ab'[facts.task % 2],
    LaunchType: 'FARGATE',
    Containers: [container(facts)],
    ClockDrift: { ClockErrorBound: 0.5, ReferenceTimestamp: now, ClockSynchronizationStatus: 'SYNCHRONIZED' },
    EphemeralStorageMetrics: { Utilized: 262, Reserved: 20_496 },
    FaultInjectionEnabled: false
  }
}

function container (facts: TaskFacts) {
  const host = facts.task % 250 + 4
  return {
    DockerId: facts.endpointId,
    Name: 'app',
    DockerName: 'app',
    Image: `${NAME}:${facts.revision}`,
    ImageID: `sha256:${String(facts.revision).padStart(64, '0')}`,
    Ports: [{ ContainerPort: facts.port, Protocol: 'tcp', HostPort: facts.port }],
    Labels: {
      'com.amazonaws.ecs.cluster': CLUSTER,
      'com.amazonaws.ecs.container-name': 'app',
      'com.amazonaws.ecs.task-arn': taskArn(facts),
      'com.amazonaws.ecs.task-definition-family': NAME,
      'com.amazonaws.ecs.task-definition-version': String(facts.revision)
    },
    DesiredStatus: facts.desired,
    KnownStatus: facts.known,
    Limits: { CPU: 2 },
    CreatedAt: facts.started,
    StartedAt: facts.started,
    FinishedAt: facts.stopped,
    Type: 'NORMAL',
    LogDriver: 'awslogs',
    LogOptions: { 'awslogs-group': `/ecs/${NAME}`, 'awslogs-region': REGION, 'awslogs-stream': `ecs/app/${facts.id}` },
    ContainerARN: `arn:aws:ecs:${REGION}:${ACCOUNT}:container/${NAME}/${facts.id}/00000000-0000-4000-8000-${String(facts.task).padStart(12, '0')}`,
    Networks: [{
      NetworkMode: 'awsvpc',
      IPv4Addresses: [`10.0.16.${host}`],
      AttachmentIndex: 0,
      MACAddress: `0a:00:00:00:00:${host.toString(16).padStart(2, '0')}`,
      IPv4SubnetCIDRBlock: '10.0.16.0/24',
      DomainNameServers: ['10.0.0.2'],
      DomainNameSearchList: [`${REGION}.compute.internal`],
      PrivateDNSName: `ip-10-0-16-${host}.${REGION}.compute.internal`,
      SubnetGatewayIpv4Address: '10.0.16.1/24'
    }],
    Snapshotter: 'overlayfs'
  }
}

/** In Docker's form, and always the same: nothing is measured. */
function stats ({ endpointId }: TaskFacts, now: Date) {
  const cpu = { cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 }, system_cpu_usage: 0, online_cpus: 2 }
  return {
    read: now,
    preread: now,
    pids_stats: { current: 1 },
    num_procs: 0,
    cpu_stats: cpu,
    precpu_stats: cpu,
    memory_stats: { usage: 64 * MEBIBYTE, max_usage: 64 * MEBIBYTE, stats: {}, limit: MEMORY * MEBIBYTE },
    name: 'app',
    id: endpointId,
    networks: { eth1: { rx_bytes: 0, rx_packets: 0, rx_errors: 0, rx_dropped: 0, tx_bytes: 0, tx_packets: 0, tx_errors: 0, tx_dropped: 0 } },
    network_rate_stats: { rx_bytes_per_sec: 0, tx_bytes_per_sec: 0 }
  }
}

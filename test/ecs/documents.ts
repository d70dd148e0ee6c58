// As the agent's source and captures of both kinds of tasks have them; values of our own.

const arn = 'arn:aws:ecs:eu-west-1:111122223333'

export const fargate = {
  task: {
    Cluster: `${arn}:cluster/shop`,
    TaskARN: `${arn}:task/shop/0f1e2d3c4b5a69788796a5b4c3d2e1f0`,
    Family: 'shop-api',
    ServiceName: 'shop-api',
    Revision: '42',
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    Limits: { CPU: 0.5, Memory: 1024 },
    PullStartedAt: '2026-11-02T08:00:03.101Z',
    PullStoppedAt: '2026-11-02T08:00:08.740Z',
    AvailabilityZone: 'eu-west-1b',
    LaunchType: 'FARGATE',
    Containers: [{ DockerId: '0f1e2d3c4b5a69788796a5b4c3d2e1f0-1234567890', Name: 'app', Limits: { CPU: 2 }, Type: 'NORMAL' }],
    ClockDrift: { ClockErrorBound: 0.51, ReferenceTimestamp: '2026-11-02T08:05:00Z', ClockSynchronizationStatus: 'SYNCHRONIZED' },
    EphemeralStorageMetrics: { Utilized: 261, Reserved: 20496 },
    FaultInjectionEnabled: false
  },
  container: {
    DockerId: '0f1e2d3c4b5a69788796a5b4c3d2e1f0-1234567890',
    Name: 'app',
    DockerName: 'app',
    Limits: { CPU: 2 },
    Type: 'NORMAL',
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['10.0.17.23'], AttachmentIndex: 0, MACAddress: '0a:aa:bb:cc:dd:ee' }]
  }
}

export const ec2 = {
  task: {
    Cluster: 'shop',
    TaskARN: `${arn}:task/shop/aabbccddeeff00112233445566778899`,
    Family: 'shop-api',
    Revision: '42',
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    AvailabilityZone: 'eu-west-1a',
    VPCID: 'vpc-0123456789abcdef0',
    LaunchType: 'EC2',
    Containers: [
      { DockerId: '64hex', Name: '~internal~ecs~pause', Limits: { CPU: 2, Memory: 0 }, Type: 'CNI_PAUSE' },
      { DockerId: '64hex', Name: 'app', Limits: { CPU: 256, Memory: 512 }, Type: 'NORMAL' }
    ]
  },
  container: {
    DockerId: '64hex',
    Name: 'app',
    Limits: { CPU: 256, Memory: 0 },
    Type: 'NORMAL',
    Networks: [{ NetworkMode: 'bridge', IPv4Addresses: ['172.17.0.6'] }]
  }
}

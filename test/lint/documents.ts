import { readFileSync } from 'node:fs'
import path from 'node:path'

import { lint, type LintResult, type LintSettings, type Source } from '../../lib/lint/index'

const FIXTURES = path.join(__dirname, '../fixtures/lint')

export const GROUP_ARN = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef'
export const BALANCER_ARN = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/0123456789abcdef'

export function source (file: string, document: unknown): Source {
  return { file, text: JSON.stringify(document, null, 2), document }
}

/** A file of test/fixtures/lint. */
export function fixture (file: string): Source {
  const text = readFileSync(path.join(FIXTURES, file), 'utf8')
  return { file, text, document: JSON.parse(text) }
}

/** Documents in files that are called by their order: `0.json` and so on. */
export function linted (documents: readonly unknown[], settings?: LintSettings): LintResult {
  return lint(documents.map((document, index) => source(`${index}.json`, document)), settings)
}

/** Each finding in a line: what is to be mended where. */
export function told ({ findings }: LintResult): string[] {
  return findings.map(({ rule, where: { file, resource, container } }) => `${rule}: ${file} ${resource} ${container ?? ''}`.trim())
}

/** The rules that do not hold. */
export function broken (documents: readonly unknown[], settings?: LintSettings): string[] {
  return linted(documents, settings).findings.map(({ rule }) => rule)
}

/** A task definition on Fargate with one container, which may be given more. */
export function task (container: object = {}, definition: object = {}): object {
  return {
    family: 'shop',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [{ name: 'app', portMappings: [{ containerPort: 3000 }], ...container }],
    ...definition
  }
}

export function service (given: object = {}): object {
  return { serviceName: 'shop', taskDefinition: 'shop', desiredCount: 2, launchType: 'FARGATE', ...given }
}

/** A service whose `app` is registered in the target group of `targetGroups`. */
export function balanced (given: object = {}): object {
  return service({ loadBalancers: [{ containerName: 'app', containerPort: 3000, targetGroupArn: GROUP_ARN }], ...given })
}

/** As `describe-target-groups` shows it: fast enough for anybody. */
export function targetGroups (given: object = {}): object {
  return {
    TargetGroups: [{
      TargetGroupArn: GROUP_ARN,
      TargetGroupName: 'shop',
      Protocol: 'HTTP',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      UnhealthyThresholdCount: 2,
      LoadBalancerArns: [BALANCER_ARN],
      ...given
    }]
  }
}

export function loadBalancers (given: object = {}): object {
  return { LoadBalancers: [{ LoadBalancerArn: BALANCER_ARN, LoadBalancerName: 'shop', Type: 'application', ...given }] }
}

/** A template with these resources, each its type and properties. */
export function template (resources: Readonly<Record<string, readonly [type: string, properties: unknown]>>, more: object = {}): object {
  const entries = Object.entries(resources).map(([name, [type, properties]]) => [name, { Type: `AWS::${type}`, Properties: properties }])
  return { AWSTemplateFormatVersion: '2010-09-09', Resources: Object.fromEntries(entries), ...more }
}

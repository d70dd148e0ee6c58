import { CfnOutput, Stack } from 'aws-cdk-lib'
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { Construct } from 'constructs'

import type { Front } from './front'

/** Where clients find the service; undefined where that cannot be known: what was imported need not say on which port it listens, nor by which name. */
export function urlOf ({ listener, loadBalancer }: Front, domainName: string | undefined): string | undefined {
  const { protocol, port } = listener as Partial<elbv2.ApplicationListener>
  const host = domainName ?? nameOf(loadBalancer)
  if (protocol === undefined || host === undefined) return
  const usual = protocol === 'HTTPS' ? 443 : 80
  return `${protocol.toLowerCase()}://${host}${port === usual ? '' : `:${port}`}`
}

/** One that was imported without it throws. */
function nameOf (loadBalancer: elbv2.IApplicationLoadBalancer | undefined): string | undefined {
  try {
    return loadBalancer?.loadBalancerDnsName
  } catch {}
}

/** What CloudFormation takes for the name of an output. */
export function urlProblems (name: string | false): string[] {
  return name === false || /^[A-Za-z0-9]{1,255}$/.test(name) ? [] : [`urlOutput must be letters and digits, but is '${name}'`]
}

/** By exactly this name, so that scripts find it. */
export function outputUrl (scope: Construct, url: string, name: string): void {
  const stack = Stack.of(scope)
  const outputs = (): CfnOutput[] => stack.node.findAll().filter((node): node is CfnOutput => node instanceof CfnOutput && Stack.of(node) === stack)
  new CfnOutput(scope, 'ServiceUrl', { value: url, description: 'Where clients find the service' }).overrideLogicalId(name)
  scope.node.addValidation({
    validate: () => outputs().filter((output) => stack.resolve(output.logicalId) === name).length > 1
      ? [`there is a second output ${name} in this stack: give urlOutput another name, or false`]
      : []
  })
}

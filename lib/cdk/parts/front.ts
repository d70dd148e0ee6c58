import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { Construct, IConstruct } from 'constructs'

import { errors } from '../../errors'
import type { ServiceSettings } from './service-settings'

export interface Front {
  readonly listener: elbv2.IApplicationListener
  readonly targetGroup: elbv2.ApplicationTargetGroup
  /** Not known of an imported listener. */
  readonly loadBalancer?: elbv2.IApplicationLoadBalancer
}

/** What stands between clients and tasks: as much of it as was not handed in, and in any case a target group and the rule that leads to it. */
export function frontOf (scope: Construct, settings: ServiceSettings, vpc: ec2.IVpc): Front {
  const known = settings.loadBalancer ?? balancerBehind(settings.listener)
  const loadBalancer = known ?? (settings.listener ? undefined : newLoadBalancer(scope, settings, vpc))
  const listener = settings.listener ?? newListener(scope, settings, loadBalancer!)
  const targetGroup = new elbv2.ApplicationTargetGroup(scope, 'TargetGroup', {
    vpc,
    targetType: elbv2.TargetType.IP,
    port: settings.containerPort,
    protocol: elbv2.ApplicationProtocol.HTTP,
    deregistrationDelay: settings.deregistrationDelay,
    healthCheck: {
      path: settings.healthCheckPath,
      interval: settings.healthCheckInterval,
      timeout: settings.healthCheckTimeout,
      healthyThresholdCount: settings.healthyThreshold,
      unhealthyThresholdCount: settings.unhealthyThreshold,
      healthyHttpCodes: '200'
    }
  })
  new elbv2.ApplicationListenerRule(scope, 'Rule', {
    listener,
    priority: settings.priority ?? 1,
    conditions: settings.conditions ?? [elbv2.ListenerCondition.pathPatterns(['/*'])],
    targetGroups: [targetGroup]
  })
  return { listener, targetGroup, loadBalancer }
}

export function loadBalancerOf ({ loadBalancer }: Front): elbv2.IApplicationLoadBalancer {
  if (!loadBalancer) throw new errors.LoadBalancerUnknown()
  return loadBalancer
}

/** That of a load balancer which is handed in, as far as it says. */
export function knownVpc ({ loadBalancer, listener }: ServiceSettings): ec2.IVpc | undefined {
  return (loadBalancer ?? balancerBehind(listener))?.vpc
}

/** An imported listener does not say. */
export function balancerBehind (listener: elbv2.IApplicationListener | undefined): elbv2.IApplicationLoadBalancer | undefined {
  return (listener as Partial<elbv2.ApplicationListener> | undefined)?.loadBalancer
}

function newLoadBalancer (scope: Construct, { publicLoadBalancer, idleTimeout }: ServiceSettings, vpc: ec2.IVpc): elbv2.ApplicationLoadBalancer {
  return new elbv2.ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpc,
    internetFacing: publicLoadBalancer,
    idleTimeout
  })
}

/** What the rule does not match is not found. Port 80 of a load balancer that is handed in may be taken: it is left alone with a certificate. */
function newListener (
  scope: Construct, { certificate, sslPolicy, isShared }: ServiceSettings, loadBalancer: elbv2.IApplicationLoadBalancer
): elbv2.ApplicationListener {
  if (certificate && !isShared) {
    new elbv2.ApplicationListener(scope, 'Redirect', {
      loadBalancer,
      port: 80,
      defaultAction: elbv2.ListenerAction.redirect({ protocol: elbv2.ApplicationProtocol.HTTPS, port: '443', permanent: true })
    })
  }
  const port = certificate ? 443 : 80
  const listener = new elbv2.ApplicationListener(scope, 'Listener', {
    loadBalancer,
    port,
    certificates: certificate && [certificate],
    sslPolicy: certificate && sslPolicy,
    defaultAction: elbv2.ListenerAction.fixedResponse(404)
  })
  // Where the CDK sets none, ELB takes one that knows TLS 1.0.
  const resource = listener.node.defaultChild as elbv2.CfnListener
  if (certificate) resource.sslPolicy ??= elbv2.SslPolicy.RECOMMENDED_TLS
  holdAlone(listener, port, scope)
  return listener
}

/** ELB has one listener for a port; a second one in the same app would be found at the deployment. */
function holdAlone (listener: elbv2.ApplicationListener, port: number, scope: Construct): void {
  const others = (): IConstruct[] => scope.node.root.node.findAll().filter((node) =>
    node instanceof elbv2.ApplicationListener && node !== listener && node.loadBalancer === listener.loadBalancer && node.port === port)
  scope.node.addValidation({
    validate: () => others().map(() => `the load balancer has another listener on port ${port}: hand that in, as listener, with conditions and priority`)
  })
}

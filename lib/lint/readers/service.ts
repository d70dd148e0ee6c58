import type { Place, Service, Strategy, Target } from '../description'
import { listOf, member, numberOf, referenceOf, textOf, UNKNOWN, type Maybe } from '../values'

/** As `create-service` takes it, `describe-services` shows it, or CloudFormation and Terraform spell it. */
export function service (value: unknown, place: Place, ids: readonly string[] = [], isUpdate = false): Service {
  const names = [textOf(member(value, 'serviceArn')), textOf(member(value, 'serviceName'))].filter((id) => typeof id === 'string')
  const isDaemon = textOf(member(value, 'schedulingStrategy')) === 'DAEMON'
  return {
    place,
    ids: [...ids, ...names],
    taskDefinition: referenceOf(member(value, 'taskDefinition')),
    isUpdate,
    cluster: referenceOf(member(value, 'cluster') ?? member(value, 'clusterArn')),
    launchType: textOf(member(value, 'launchType')),
    strategy: strategy(member(value, 'capacityProviderStrategy')),
    desiredCount: isDaemon ? UNKNOWN : numberOf(member(value, 'desiredCount')), // a daemon's is the number of instances
    loadBalancers: targets(member(value, 'loadBalancers') ?? member(value, 'loadBalancer'))
  }
}

/** Providers that are used: one without weight and base is only there to be chosen later. */
export function strategy (value: unknown): Strategy {
  const list = listOf(value)
  if (list === UNKNOWN || list === undefined) return list
  const used = list.filter((each) => {
    const shares: Array<Maybe<number>> = [numberOf(member(each, 'base')), numberOf(member(each, 'weight'))]
    return shares.some((share) => share === UNKNOWN || (share !== undefined && share > 0))
  })
  const providers = (used.length > 0 ? used : list).map((each) => referenceOf(member(each, 'capacityProvider')))
  return providers.length === 0 ? undefined : providers
}

function targets (value: unknown): Maybe<readonly Target[]> {
  const list = listOf(value)
  return list === UNKNOWN || list === undefined
    ? list
    : list.map((each) => ({
      isClassic: Boolean(member(each, 'loadBalancerName') ?? member(each, 'elbName')), // '' in Terraform for none
      container: textOf(member(each, 'containerName')),
      port: numberOf(member(each, 'containerPort')),
      targetGroup: referenceOf(member(each, 'targetGroupArn'))
    }))
}

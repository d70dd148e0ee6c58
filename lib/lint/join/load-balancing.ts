import type { AttributeList, Attributes, Description, LoadBalancer, TargetGroup } from '../description'
import { UNKNOWN } from '../values'
import { finder, type Exported } from './links'

/** Gives attributes that stand in documents of their own to whom they belong: whom they name, or the only one there is. */
export function withAttributes (description: Description, notes: string[]): Description {
  const { attributeLists } = description
  const given = <T extends TargetGroup | LoadBalancer>(all: readonly T[], of: AttributeList['of']): readonly T[] => {
    const find = finder(all, (reference) => reference)
    const owned = new Map<T, Attributes[]>()
    for (const list of attributeLists.filter((each) => each.of === of)) {
      const owners = list.owner === undefined ? all : find(list.owner, list)
      if (owners.length === 1) owned.set(owners[0]!, [...owned.get(owners[0]!) ?? [], list.attributes])
      else notes.push(`the attributes in ${list.place.file} are of a ${of}, but it cannot be told of which`)
    }
    return all.map((each) => owned.has(each) ? { ...each, attributes: firstOf([...owned.get(each)!, each.attributes]) } : each)
  }
  return {
    ...description,
    targetGroups: given(description.targetGroups, 'target group'),
    loadBalancers: given(description.loadBalancers, 'load balancer')
  }
}

function firstOf (all: readonly Attributes[]): Attributes {
  return (key) => {
    const values = all.map((attributes) => attributes(key))
    return values.find((value) => typeof value === 'string') ?? (values.includes(UNKNOWN) ? UNKNOWN : undefined)
  }
}

/** The load balancer of a target group: the one that it names, or whose listeners lead to it. */
export function loadBalancerOf (
  { loadBalancers, listeners, targetGroups }: Description, exported: Exported
): (group: TargetGroup) => LoadBalancer | undefined {
  const [find, findListener, findGroup] = [finder(loadBalancers, exported), finder(listeners, exported), finder(targetGroups, exported)]
  const found = new Map(targetGroups.map((group) => [group, new Set(group.loadBalancers.flatMap((each) => find(each, group)))] as const))
  for (const listener of listeners) {
    const from = listener.loadBalancer === undefined ? findListener(listener.listener, listener) : [listener]
    const balancers = from.flatMap((each) => find(each.loadBalancer, each))
    const groups = listener.targetGroups.flatMap((each) => findGroup(each, listener))
    for (const group of groups) for (const balancer of balancers) found.get(group)?.add(balancer)
  }
  return (group) => {
    const [one, other] = found.get(group) ?? []
    return other === undefined ? one : undefined
  }
}

import type { Maybe, Reference } from './values'

// What the files describe, in one language: whatever their format, readers make these of them. Durations are AWS's own seconds.

/** Where something stands. */
export interface Place {
  readonly file: string
  /** Its name or logical id in that file. */
  readonly resource: string
  /** Undefined for what came by way of a string within the file. */
  readonly line?: number
}

interface Described {
  readonly place: Place
  /** All that others may call it by: its name, its ARN, its logical id within its file. */
  readonly ids: readonly string[]
}

export interface TaskDefinition extends Described {
  readonly requiresCompatibilities: Maybe<ReadonlyArray<Maybe<string>>>
  readonly containers: Maybe<readonly Container[]>
}

export interface Container {
  readonly place: Place
  readonly name: Maybe<string>
  readonly stopTimeout: Maybe<number>
  readonly entryPoint: Maybe<ReadonlyArray<Maybe<string>>>
  readonly command: Maybe<ReadonlyArray<Maybe<string>>>
  readonly environment: Environment
  readonly healthCheck: Maybe<ReadonlyArray<Maybe<string>>>
  readonly ports: Maybe<ReadonlyArray<Maybe<number>>>
  readonly dependsOn: ReadonlyArray<{ readonly container: Maybe<string>, readonly condition: Maybe<string> }>
}

/** By name: not known if it comes from a secret, or may come from elsewhere. */
export type Environment = (name: string) => Maybe<string>

export interface Service extends Described {
  readonly taskDefinition: Reference
  /** Whether a document of its kind may leave out the task definition, and mean one all the same. */
  readonly isUpdate: boolean
  readonly cluster: Reference
  readonly launchType: Maybe<string>
  readonly strategy: Strategy
  readonly desiredCount: Maybe<number>
  readonly loadBalancers: Maybe<readonly Target[]>
}

/** The capacity providers that are used. */
export type Strategy = Maybe<readonly Reference[]>

/** What a service registers in a target group, or in a Classic Load Balancer. */
export interface Target {
  readonly isClassic: boolean
  readonly container: Maybe<string>
  readonly port: Maybe<number>
  readonly targetGroup: Reference
}

export interface TargetGroup extends Described {
  readonly protocol: Maybe<string>
  readonly healthCheck: {
    readonly protocol: Maybe<string>
    readonly path: Maybe<string>
    readonly interval: Maybe<number>
    readonly timeout: Maybe<number>
    readonly unhealthyThreshold: Maybe<number>
  }
  readonly attributes: Attributes
  /** Load balancers that it names itself. */
  readonly loadBalancers: readonly Reference[]
}

export interface LoadBalancer extends Described {
  readonly type: Maybe<string>
  readonly attributes: Attributes
}

/** By key. */
export type Attributes = (key: string) => Maybe<string>

/** Attributes in a document of their own, which does not always say whose they are. */
export interface AttributeList {
  readonly place: Place
  readonly of: 'target group' | 'load balancer'
  readonly owner: Reference
  readonly attributes: Attributes
}

/** A listener, or one of its rules: what leads from load balancers to target groups. */
export interface Listener extends Described {
  readonly loadBalancer: Reference
  /** Of a rule. */
  readonly listener: Reference
  readonly targetGroups: readonly Reference[]
}

export interface Cluster extends Described {
  readonly strategy: Strategy
}

/** How few tasks a service may be scaled in to. */
export interface Scaling {
  readonly place: Place
  readonly service: Reference
  readonly least: Maybe<number>
}

/** A name under which a stack exports something, and what that is. */
export interface Export {
  readonly name: string
  readonly of: Reference
}

export interface Description {
  readonly taskDefinitions: readonly TaskDefinition[]
  readonly services: readonly Service[]
  readonly targetGroups: readonly TargetGroup[]
  readonly loadBalancers: readonly LoadBalancer[]
  readonly attributeLists: readonly AttributeList[]
  readonly listeners: readonly Listener[]
  readonly clusters: readonly Cluster[]
  readonly scalings: readonly Scaling[]
  readonly exports: readonly Export[]
}

/** All that several files, or parts of one, describe. */
export function together (descriptions: ReadonlyArray<Partial<Description>>): Description {
  const all = <T>(of: (description: Partial<Description>) => readonly T[] | undefined): T[] => descriptions.flatMap((each) => of(each) ?? [])
  return {
    taskDefinitions: all((each) => each.taskDefinitions),
    services: all((each) => each.services),
    targetGroups: all((each) => each.targetGroups),
    loadBalancers: all((each) => each.loadBalancers),
    attributeLists: all((each) => each.attributeLists),
    listeners: all((each) => each.listeners),
    clusters: all((each) => each.clusters),
    scalings: all((each) => each.scalings),
    exports: all((each) => each.exports)
  }
}

/** For people. */
export function named ({ place }: { readonly place: Place }): string {
  return `${place.resource} (${place.file})`
}

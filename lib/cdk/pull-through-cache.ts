import { Stack } from 'aws-cdk-lib'
import * as ecr from 'aws-cdk-lib/aws-ecr'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'

/** Where public images come from. ECR's own, Kubernetes' and Quay need no credentials. */
export const upstreams = {
  'ecr-public': { url: 'public.ecr.aws', kind: 'ecr-public' },
  'docker-hub': { url: 'registry-1.docker.io', kind: 'docker-hub' },
  github: { url: 'ghcr.io', kind: 'github-container-registry' },
  kubernetes: { url: 'registry.k8s.io', kind: 'k8s' },
  quay: { url: 'quay.io', kind: 'quay' }
} as const

export type Upstream = keyof typeof upstreams

export interface PullThroughCacheProps {
  readonly upstream: Upstream
  /** Of the repositories in your registry: 2 to 30 of a-z, 0-9, `.`, `_`, `-`, `/`. @default - the upstream's name */
  readonly prefix?: string
  /** For `docker-hub` and `github`; ECR wants its name to begin with `ecr-pullthroughcache/`. @default - none */
  readonly credentials?: secretsmanager.ISecret
}

/** Public images by way of your own registry: pulled within the Region, without the upstream's limits, and there when the upstream is not. */
export class PullThroughCache extends Construct {
  readonly rule: ecr.CfnPullThroughCacheRule
  readonly prefix: string

  constructor (scope: Construct, id: string, { upstream, prefix = upstream, credentials }: PullThroughCacheProps) {
    super(scope, id)
    const { url, kind } = upstreams[upstream]
    this.prefix = prefix
    this.rule = new ecr.CfnPullThroughCacheRule(this, 'Rule', {
      ecrRepositoryPrefix: prefix,
      upstreamRegistryUrl: url,
      upstreamRegistry: kind,
      credentialArn: credentials?.secretArn
    })
  }

  /**
   * An image of the upstream, for a container. The role that pulls it may also fetch it into the cache, which happens at the first pull and
   * needs a way to the internet then.
   */
  image (name: string, tag: string): ecs.ContainerImage {
    const repositoryName = `${this.prefix}/${name}`
    const id = `${name}:${tag}`
    const known = this.node.tryFindChild(id) as ecr.IRepository | undefined
    const repository = known ?? ecr.Repository.fromRepositoryName(this, id, repositoryName)
    const image = ecs.ContainerImage.fromEcrRepository(repository, tag)
    const { rule } = this
    return {
      bind (scope, container) {
        container.taskDefinition.obtainExecutionRole().addToPrincipalPolicy(new iam.PolicyStatement({
          actions: ['ecr:BatchImportUpstreamImage', 'ecr:CreateRepository'],
          resources: [Stack.of(rule).formatArn({ service: 'ecr', resource: 'repository', resourceName: repositoryName })]
        }))
        container.taskDefinition.node.addDependency(rule)
        return image.bind(scope, container)
      }
    }
  }
}

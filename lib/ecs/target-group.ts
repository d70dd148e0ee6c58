import type * as Sdk from '@aws-sdk/client-elastic-load-balancing-v2'

import type { EcsTask } from '../../types/index'
import { ask, clientOptions, type Answer } from './ask-aws'
import { loadPeer } from './peer'

export interface TargetGroupOptions {
  readonly targetGroupArn: string
  /** That the target was registered with; undefined for the one that the server listens on. */
  readonly port?: number
}

/** Takes a target out. Never rejects. */
export type Deregister = () => Promise<Answer<unknown>>

/** The target group that a task is to leave by itself. */
export class TargetGroup {
  readonly #sdk: typeof Sdk
  readonly #options: TargetGroupOptions

  private constructor (sdk: typeof Sdk, options: TargetGroupOptions) {
    this.#sdk = sdk
    this.#options = options
  }

  /** Rejects if the SDK is not installed. */
  static async load (options: TargetGroupOptions): Promise<TargetGroup> {
    const name = '@aws-sdk/client-elastic-load-balancing-v2'
    return new TargetGroup(await loadPeer('ecs.deregister', name, () => import('@aws-sdk/client-elastic-load-balancing-v2')), options)
  }

  /**
   * How this task leaves; undefined, after a warning, where it cannot: only targets of awsvpc tasks are addresses. The others
   * are instances, which a task cannot name. `listening` is the server's port, or undefined if it has none.
   */
  target (task: EcsTask, listening: () => number | undefined, warn: (reason: string) => void): Deregister | undefined {
    const { networkMode, address } = task.container
    if (networkMode !== 'awsvpc' || address === undefined) {
      warn(networkMode === 'awsvpc' || networkMode === undefined
        ? 'the task\'s metadata does not give its IPv4 address'
        : `the network mode of this container is ${networkMode}, and only a task of mode awsvpc is a target by its own address`)
      return
    }
    const { targetGroupArn, port: given } = this.#options
    const client = new this.#sdk.ElasticLoadBalancingV2Client(clientOptions(task))
    // What finds and reads credentials is loaded from the disk when it is first needed: better now than in a drain.
    client.config.credentials().catch(() => {})
    return async () => {
      const port = given ?? listening()
      if (port === undefined) return { failure: 'the server listens on no port, and ecs.deregister.port is not set', denied: true }
      const command = new this.#sdk.DeregisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [{ Id: address, Port: port }] })
      const answer = await ask('elasticloadbalancing:DeregisterTargets', (abortSignal) => client.send(command, { abortSignal }))
      client.destroy()
      return answer
    }
  }
}

import type * as Sdk from '@aws-sdk/client-ecs'

import type { EcsTask } from '../../types/index'
import { ask, clientOptions, type Answer } from './ask-aws'
import { list } from './fields'
import { loadPeer } from './peer'
import { readStanding, type Standing } from './spot'

/** Rejects if the SDK is not installed. */
export async function loadEcs (): Promise<typeof Sdk> {
  return await loadPeer('ecs.describe', '@aws-sdk/client-ecs', () => import('@aws-sdk/client-ecs'))
}

/** What a task asks ECS about itself. */
export class Ecs {
  readonly #sdk: typeof Sdk
  readonly #client: Sdk.ECSClient
  readonly #task: EcsTask

  constructor (sdk: typeof Sdk, task: EcsTask) {
    this.#sdk = sdk
    this.#client = new sdk.ECSClient(clientOptions(task))
    this.#task = task
  }

  async definition (): Promise<Answer<unknown>> {
    const { family, revision } = this.#task
    if (family === undefined || revision === undefined) return { failure: 'the task\'s metadata does not name its task definition', denied: true }
    const command = new this.#sdk.DescribeTaskDefinitionCommand({ taskDefinition: `${family}:${revision}` })
    return await ask('ecs:DescribeTaskDefinition', async (abortSignal) => {
      return (await this.#client.send(command, { abortSignal })).taskDefinition
    })
  }

  async standing (over?: AbortSignal): Promise<Answer<Standing>> {
    const { cluster, arn } = this.#task
    const command = new this.#sdk.DescribeTasksCommand({ cluster, tasks: [arn] })
    return await ask('ecs:DescribeTasks', async (abortSignal) => {
      const { tasks } = await this.#client.send(command, { abortSignal })
      if (list(tasks).length === 0) throw new Error('ECS does not know this task')
      return readStanding(tasks![0])
    }, over)
  }

  /** Lets go of its connections until it asks again. */
  rest (): void {
    this.#client.destroy()
  }
}

import { Token } from 'aws-cdk-lib'

/**
 * The memory, in MiB, that Fargate offers for each number of CPU units. AWS: "Troubleshoot Amazon ECS task definition invalid CPU or
 * memory errors", and the doc comments of aws-cdk-lib 2.276 say the same.
 */
export const fargateSizes: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1_024, 2_048]],
  [512, steps(1_024, 4_096, 1_024)],
  [1_024, steps(2_048, 8_192, 1_024)],
  [2_048, steps(4_096, 16_384, 1_024)],
  [4_096, steps(8_192, 30_720, 1_024)],
  [8_192, steps(16_384, 61_440, 4_096)],
  [16_384, steps(32_768, 122_880, 8_192)]
])

/** ECS says so only when the task definition is registered. */
export function sizeProblems (cpu: number, memoryLimitMiB: number): string[] {
  if (Token.isUnresolved(cpu) || Token.isUnresolved(memoryLimitMiB)) return []
  const memory = fargateSizes.get(cpu)
  if (memory === undefined) return [`cpu must be one of ${[...fargateSizes.keys()].join(', ')} on Fargate, but is ${cpu}`]
  if (memory.includes(memoryLimitMiB)) return []
  return [`memoryLimitMiB must be one of ${memory.join(', ')} beside cpu ${cpu} on Fargate, but is ${memoryLimitMiB}`]
}

function steps (least: number, most: number, step: number): number[] {
  return Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step)
}

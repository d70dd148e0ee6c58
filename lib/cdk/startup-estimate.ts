/** What a start depends on. */
export interface StartupFacts {
  /** `ec2` stands for a container instance that has room, and the image from an earlier task. @default 'fargate' */
  readonly capacity?: 'fargate' | 'ec2'
  /** What the image takes unpacked, in MiB. */
  readonly imageSize: number
  /** CPU units of the task, 1024 to a vCPU. */
  readonly cpu: number
  /** Milliseconds of CPU from the start of the process until it is ready, on one vCPU. */
  readonly readyCpu: number
  /** Of the target group's health check, in milliseconds. */
  readonly healthCheckInterval: number
}

export type StartupTermName = 'provision' | 'pull' | 'start' | 'ready' | 'register' | 'firstCheck'

/** Milliseconds. */
export interface StartupTerm {
  readonly name: StartupTermName
  /** The least that was published, or must be. */
  readonly least: number
  /** What is to be expected. */
  readonly likely: number
  /** Where that comes from, and how sure it is. */
  readonly source: string
}

export interface StartupEstimate {
  readonly least: number
  readonly likely: number
  readonly terms: readonly StartupTerm[]
}

/** MiB of image to a second: 275 MiB in 4.4 s, and 2.7 GB in 55 s. */
const PULL = { least: 62, likely: 49 }

/**
 * From the decision to start a task until its first request, as a sum of what others have published and of what you have measured. Pure;
 * a figure to compare images, sizes and settings by, not a promise: AWS publishes none.
 */
export function startupEstimate ({ capacity = 'fargate', imageSize, cpu, readyCpu, healthCheckInterval }: StartupFacts): StartupEstimate {
  const isFargate = capacity === 'fargate'
  const ready = readyCpu * Math.max(1, 1_024 / cpu)
  const terms: StartupTerm[] = [
    isFargate
      ? term('provision', 10_300, 14_600, 'createdAt to pullStartedAt of three public Fargate tasks, 2024 and 2025: 10.3, 14.6 and 18.4 s')
      : term('provision', 1_600, 5_000, 'the same of a task on EC2 (AWS CLI reference, DescribeTasks): 1.6 s; "several seconds" more for awsvpc (AWS, "Optimize Amazon ECS task launch time")'),
    isFargate
      ? term('pull', 1_000 * imageSize / PULL.least, 1_000 * imageSize / PULL.likely, 'task metadata of two Fargate tasks (275 MiB in 4.4 s), and a report of 2.7 GB in 55 s: Fargate keeps no images')
      : term('pull', 50, 50, 'a public DescribeTasks of 2025 whose image was there already: 0.05 s'),
    term('start', 800, 1_600, 'pullStoppedAt to startedAt of five public Fargate tasks: 0.8, 1.2, 1.6, 4 and 6.4 s'),
    term('ready', ready, ready, 'measured, by npm run bench:fast-start; a part of a vCPU takes as much longer (measured, by control group)'),
    term('register', 0, 4_500, 'not published; half of the 9 s between decision and deregistration in a public service log (inferred)'),
    term('firstCheck', 0, healthCheckInterval / 2, 'Elastic Load Balancing: a new target needs one success, so between nothing and one interval')
  ]
  const sum = (which: 'least' | 'likely'): number => terms.reduce((total, one) => total + one[which], 0)
  return Object.freeze({ least: sum('least'), likely: sum('likely'), terms: Object.freeze(terms) })
}

function term (name: StartupTermName, least: number, likely: number, source: string): StartupTerm {
  return Object.freeze({ name, least: Math.round(least), likely: Math.round(likely), source })
}

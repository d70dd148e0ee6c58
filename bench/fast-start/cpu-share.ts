import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Microseconds, as containers have it. */
const PERIOD = 100_000
const ROOT = '/sys/fs/cgroup'

/** A control group that may use a part of a CPU, as a small Fargate task may. Linux and root only. */
export class CpuShare {
  readonly #folder: string

  constructor (units: number) {
    const isFirst = existsSync(join(ROOT, 'cpu')) // cgroup v1
    this.#folder = join(ROOT, isFirst ? 'cpu' : '', `fast-start-${process.pid}-${units}`)
    mkdirSync(this.#folder)
    const quota = Math.round(PERIOD * units / 1_024)
    if (isFirst) {
      writeFileSync(join(this.#folder, 'cpu.cfs_period_us'), `${PERIOD}`)
      writeFileSync(join(this.#folder, 'cpu.cfs_quota_us'), `${quota}`)
    } else writeFileSync(join(this.#folder, 'cpu.max'), `${quota} ${PERIOD}`)
  }

  /** A command that goes into the group and becomes `command`. */
  command (command: readonly string[]): string[] {
    return ['sh', '-c', `echo $$ > ${join(this.#folder, 'cgroup.procs')} && exec "$@"`, 'sh', ...command]
  }

  /** Nobody may be in it any more. */
  remove (): void {
    rmdirSync(this.#folder)
  }
}

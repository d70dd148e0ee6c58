import os from 'node:os'

/** Enough for others to go first where there are too few cores, and nothing where there are enough. */
const NICENESS = 5

/**
 * Has a service give way to the harness: on a machine with two cores, tasks that start would keep the load from its
 * instants. As far as the system allows; the service itself is none the worse on a machine that is not full.
 */
export function giveWay (pid: number): void {
  try {
    if (os.getPriority(pid) < NICENESS) os.setPriority(pid, NICENESS) // who runs us nicer still is not to be overruled
  } catch {
    // it has gone already, or may not be changed
  }
}

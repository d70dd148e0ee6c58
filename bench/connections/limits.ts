import { readFileSync } from 'node:fs'

/** For what a process has open besides its connections. */
const OTHERS = 100

/** What keeps this machine from holding so many connections, in words; undefined if nothing known does. */
export function obstacle (connections: number): string | undefined {
  const files = number('/proc/self/limits', /^Max open files\s+(\d+)/m) // Node has raised it as far as it may
  const needed = connections + OTHERS
  if (files < needed) return `the server needs ${needed} file descriptors and may have ${files}: raise the hard limit (ulimit -Hn), or ask for fewer with --connections`

  const [least, most] = ['(\\d+)\\s+\\d+', '\\d+\\s+(\\d+)'].map((pattern) => number('/proc/sys/net/ipv4/ip_local_port_range', new RegExp(pattern)))
  const ports = most! - least! + 1
  if (ports < connections) return `${connections} connections to one address need as many source ports and there are ${ports}: widen net.ipv4.ip_local_port_range, or ask for fewer`
}

/** Infinity where the system does not say so. */
function number (file: string, pattern: RegExp): number {
  try {
    return Number(pattern.exec(readFileSync(file, 'utf8'))?.[1] ?? Infinity)
  } catch {
    return Infinity
  }
}

import fs from 'node:fs/promises'

/** A TCP socket that listens, and the number by which /proc knows it. */
export interface Listener {
  readonly port: number
  readonly inode: string
}

const LISTEN = '0A'

/** All TCP sockets of this machine that listen, found without connecting to any; undefined where that cannot be seen. */
export async function listeners (): Promise<Listener[] | undefined> {
  try {
    const [four, six] = await Promise.all([listening('/proc/net/tcp'), listening('/proc/net/tcp6').catch(() => [])])
    return [...four, ...six]
  } catch {
    return undefined
  }
}

/** The inodes of the sockets that a process holds; none if it has gone or is not ours. */
export async function socketsOf (pid: number): Promise<string[]> {
  const directory = `/proc/${pid}/fd`
  const descriptors = await fs.readdir(directory).catch(() => [])
  const targets = await Promise.all(descriptors.map((descriptor) => fs.readlink(`${directory}/${descriptor}`).catch(() => '')))
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
}

async function listening (file: string): Promise<Listener[]> {
  const found: Listener[] = []
  const handle = await fs.open(file)
  try {
    for await (const line of handle.readLines()) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
      if (local === 'local_address') continue
      if (state !== LISTEN) break // they come first, and thousands of connections may follow
      found.push({ port: Number.parseInt(local!.slice(-4), 16), inode: inode! })
    }
  } finally {
    await handle.close()
  }
  return found
}

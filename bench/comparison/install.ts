import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { peersFolder } from './setups'

/** Installs the peers from their lockfile, where they are not there yet. No file that git knows changes. */
export function installPeers (): void {
  if (existsSync(join(peersFolder, 'node_modules'))) return
  process.stderr.write('installing the peers\n')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peersFolder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (status !== 0) throw new Error('the peers could not be installed: see above')
}

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PEERS = join(__dirname, '../peers')
const ROOT = join(__dirname, '../..')

/** Where the peers and their server are; they have a `package.json` of their own. */
export const peersFolder = PEERS
export const serverFile = join(PEERS, 'server.js')

/** One peer in one configuration. */
export interface Setup {
  /** As the server and `--only` know it. */
  readonly id: string
  /** As tables name it. */
  readonly name: string
  readonly package: string
  readonly version: string
  /** Its configuration in a few words. */
  readonly says: string
  /** False if it only costs, and does not stop anything. */
  readonly stops: boolean
}

interface Peer {
  readonly package: string
  readonly setups: Readonly<Record<string, { readonly says: string }>>
}

/** In the order of the tables: ours first, then the ground under all of them, then by how near they are to what most teams have. */
const peers = [
  'fastify-ecs-graceful', 'fastify', 'close-with-grace', 'fastify-graceful-shutdown', 'terminus', 'lightship', 'http-graceful-shutdown',
  'http-terminator', 'graceful-server', 'under-pressure'
]
const labels: Readonly<Record<string, string>> = { installed: '', advised: ', advised', patient: ', patient' }
const costOnly: readonly string[] = ['under-pressure']

export const ours = 'fastify-ecs-graceful/installed'
export const bare = 'fastify/installed'

/** All of them, or those whose id or peer is in `only`. The peers must be installed, but for those that are here anyway. */
export function readSetups (only?: readonly string[]): Setup[] {
  const unknown = only?.find((wanted) => !peers.includes(wanted.split('/')[0]!))
  if (unknown !== undefined) throw new Error(`there is no peer ${unknown}: known are ${peers.join(', ')}, and each set-up as PEER/SETUP`)
  const chosen = only ? peers.filter((peer) => only.some((wanted) => wanted.split('/')[0] === peer)) : peers
  const all = chosen.flatMap(setupsOf)
  return only ? all.filter(({ id }) => only.some((wanted) => wanted === id || wanted === id.split('/')[0])) : all
}

function setupsOf (peer: string): Setup[] {
  const { package: name, setups } = require(join(PEERS, 'setups', `${peer}.js`)) as Peer
  return Object.entries(setups).map(([setup, { says }]) => ({
    id: `${peer}/${setup}`,
    name: `${peer}${labels[setup] ?? `, ${setup}`}`,
    package: name,
    version: versionOf(name),
    says,
    stops: !costOnly.includes(peer)
  }))
}

/** Which command starts its server. */
export function commandOf ({ id }: Pick<Setup, 'id'>): [string, ...string[]] {
  return [process.execPath, serverFile, ...id.split('/')]
}

function versionOf (name: string): string {
  const folder = [join(PEERS, 'node_modules', name), join(ROOT, 'node_modules', name)].find((folder) => existsSync(join(folder, 'package.json'))) ?? ROOT
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version
}

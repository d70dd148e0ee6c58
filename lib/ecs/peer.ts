import { errors } from '../errors'

/** An optional peer, loaded because `option` needs it. That it is not there is the caller's mistake. */
export async function loadPeer<Peer> (option: string, name: string, load: () => Promise<Peer>): Promise<Peer> {
  try {
    return await load()
  } catch (cause) {
    throw new errors.PeerMissing(option, name, name, { cause })
  }
}

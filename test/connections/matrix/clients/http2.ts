import { once } from 'node:events'
import http2 from 'node:http2'

import { deferred } from '../../../../lib/core/deferred'
import { Frames, GOAWAY, SETTINGS } from '../../../helpers/frames'
import type { Client, Open, Opening } from './client'

/** A stream of Node's own client, the first of its session. */
function stream ({ t, where }: Opening, scheme: 'http' | 'https'): Client {
  const { port } = where as { port: number }
  const session = http2.connect(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false })
  t.teardown(() => session.destroy())
  const closed = new Promise<void>((resolve) => {
    session.on('error', () => {}).on('close', resolve)
  })
  let goaway: number | undefined
  session.on('goaway', (code) => { goaway ??= code })
  const sent = deferred<http2.ClientHttp2Stream>()

  const outcome = async (): Promise<string> => {
    let body = ''
    const stream = await sent.promise
    stream.setEncoding('utf8').on('data', (text: string) => { body += text }).on('error', () => {})
    await closed
    if (body !== 'held') return 'cut'
    return goaway === http2.constants.NGHTTP2_NO_ERROR ? 'answered with GOAWAY' : 'answered without GOAWAY'
  }
  return {
    ready: once(session, 'remoteSettings'),
    send () { sent.resolve(session.request({ ':path': '/held' })) },
    finish () {},
    outcome: outcome()
  }
}

export const clear: Open = (opening) => stream(opening, 'http')
export const secure: Open = (opening) => stream(opening, 'https')

/** A stream on a session that has one in flight already. Of bare frames: Node's client opens none once it has read GOAWAY. */
export const onUsedSession: Open = ({ t, where }) => {
  const [FIRST, SECOND] = [1, 3]
  const client = Frames.open(t, (where as { port: number }).port)
  const outcome = async (): Promise<string> => {
    const { ended, frames, lastStream, text } = await client.then((client) => ({
      ended: client.ended, frames: client.frames, lastStream: client.lastStream, text: (stream: number) => client.text(stream)
    }))
    await ended
    const goaway = frames.find(({ type }) => type === GOAWAY)
    if (text(SECOND) === 'held') return goaway ? 'answered with GOAWAY' : 'answered without GOAWAY'
    const untaken = goaway !== undefined && lastStream(goaway) < SECOND && !frames.some((frame) => frame.stream === SECOND)
    return untaken && text(FIRST) === 'held' ? 'refused, safe to retry' : 'cut'
  }
  return {
    ready: client.then(async (client) => {
      client.greet()
      await client.until(SETTINGS) // acknowledged now: once the service has the stream, nothing of ours is on its way
      client.request(FIRST, '/held')
    }),
    send () { void client.then((client) => client.request(SECOND, '/held')) },
    finish () {},
    outcome: outcome()
  }
}

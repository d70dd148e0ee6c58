import type { Writable } from 'node:stream'
import t from 'tap'
import WebSocket from 'ws'

import { closeFrame, textFrame } from '../../../lib/connections/web-sockets/frames'

/** Exported, though its types do not say so. */
const { Receiver } = WebSocket as unknown as { Receiver: new (options: object) => Writable }

/** What the receiver of `ws` reads from bytes, as a client. */
function read (bytes: Buffer): unknown {
  const receiver = new Receiver({ isServer: false, allowSynchronousEvents: true })
  let got: unknown
  receiver.on('message', (data: Buffer) => { got = String(data) }).on('conclude', (code: number) => { got = code })
  receiver.write(bytes)
  return got
}

for (const length of [0, 1, 125, 126, 65_535, 65_536, 200_000]) {
  t.test(`a message of ${length} bytes is read as it was written`, async (t) => {
    const text = 'x'.repeat(length)

    t.equal(read(textFrame(text)), text)
  })
}

t.test('a length counts bytes, and not characters', async (t) => {
  t.equal(read(textFrame('é'.repeat(100))), 'é'.repeat(100))
})

t.test('a close frame carries its code', async (t) => {
  for (const code of [1000, 1012, 3000, 4999]) t.equal(read(closeFrame(code)), code)
})

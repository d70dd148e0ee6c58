import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net, { type ListenOptions } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'

import { beforeListening } from '../lib/before-listening'

t.test('the port is known before anybody listens, however it is said; a path has none', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'listen-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const ways: ReadonlyArray<readonly [args: readonly unknown[], port: number | undefined]> = [
    [[], 0], [[() => {}], 0], [[0], 0], [['0'], 0], [[{ port: 0, host: '127.0.0.1' }], 0], [[{ path: join(folder, 'socket') } satisfies ListenOptions], undefined]
  ]
  for (const [args, expected] of ways) {
    const server = net.createServer()
    const said: unknown[] = []
    beforeListening(server, (port) => said.push(port, server.listening))

    await once((server.listen as (...args: unknown[]) => net.Server)(...args), 'listening')
    server.close()

    t.strictSame(said, [expected, false])
  }
})

t.test('what is thrown keeps the server from listening', async (t) => {
  const server = net.createServer()
  beforeListening(server, (port) => { throw new Error(`not on ${port}`) })

  t.throws(() => server.listen(8_080), { message: 'not on 8080' })
  t.notOk(server.listening)
})

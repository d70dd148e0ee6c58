import { Child, type Ending } from '../children'

export type Kind = 'keep-alive' | 'web-socket' | 'deaf'

/** Two processes with half of the connections each: in one, the clients would be slower than the server. */
export class Clients {
  readonly #children = [new Child('connections/client.js', []), new Child('connections/client.js', [])]

  /** Resolves once all of them stand, besides those opened before. */
  async open (port: number, connections: number, kind: Kind): Promise<void> {
    const halves = [Math.ceil(connections / 2), Math.floor(connections / 2)]
    await Promise.all(this.#children.map((child, index) => child.ask('opened', { port, count: halves[index], kind })))
  }

  /** Resolves when every connection has ended. */
  async endings (): Promise<Ending[]> {
    return (await Promise.all(this.#children.map((child) => child.ask('endings')))).flat()
  }

  async stop (): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()))
  }
}

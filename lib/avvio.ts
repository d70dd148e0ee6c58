/** What an instance of Fastify has of avvio, which its types do not tell. */
export interface Avvio {
  /** Not the hook of that name: the last that is put into this queue is the first to be called, before Fastify begins to answer 503. */
  onClose (close: () => Promise<void>): void
  /** Closes; `goOn` lets whoever closed after that go on. */
  close (after: (error: unknown, goOn: () => void) => void): void
}

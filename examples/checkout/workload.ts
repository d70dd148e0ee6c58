import { randomUUID } from 'node:crypto'

import type { LoadRequest, Random, RequestKind } from '../../lib/rehearsal/index'

/** How long a slow report streams, in seconds. */
const STREAM = 3

/** What users of the checkout do, and what they were told about their orders. */
export class Workload {
  readonly #sent: string[] = []
  readonly #answered: string[] = []

  /** Orders that were answered 201. */
  get answered (): readonly string[] {
    return this.#answered
  }

  /** Orders that were sent, and of which nothing good was heard. */
  get unanswered (): readonly string[] {
    const answered = new Set(this.#answered)
    return this.#sent.filter((id) => !answered.has(id))
  }

  readonly kinds: readonly RequestKind[] = [
    { name: 'POST /orders', weight: 35, make: (random) => this.#write(random) },
    { name: 'GET /orders/:id', weight: 60, make: (random) => this.#read(random) },
    { name: 'GET /reports/slow', weight: 5, make: () => this.#stream() }
  ]

  /** The id is not drawn from the seed: runs may share a database, and must not share orders. */
  #write (random: Random): LoadRequest {
    const id = randomUUID()
    const lines = Array.from({ length: 2 + Math.floor(random() * 4) }, (_, index) => ({ sku: `sku-${index}`, quantity: 1 + Math.floor(random() * 9) }))
    this.#sent.push(id)
    return {
      method: 'POST',
      path: '/orders',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, lines, takes: Math.round(50 + random() * 750) }),
      check: ({ status, body }) => {
        if (status !== 201 || parsed(body)?.id !== id) return `${status} instead of the order`
        this.#answered.push(id)
      }
    }
  }

  /** An order that exists, or, as long as there is none, one that does not. */
  #read (random: Random): LoadRequest {
    const known = this.#answered[Math.floor(random() * this.#answered.length)]
    const id = known ?? randomUUID()
    return {
      method: 'GET',
      path: `/orders/${id}`,
      check: ({ status, body }) => {
        const right = known ? status === 200 && parsed(body)?.id === id : status === 404
        if (!right) return `${status} instead of ${known ? 'the order' : '404'}`
      }
    }
  }

  /** Only a stream that is whole has its last line. */
  #stream (): LoadRequest {
    return {
      method: 'GET',
      path: `/reports/slow?seconds=${STREAM}`,
      check: ({ status, body }) => {
        if (status !== 200) return `${status} instead of a report`
        if (!parsed(body.trimEnd().split('\n').at(-1)!)?.end) return 'a report without its end'
      }
    }
  }
}

function parsed (body: string): { readonly id?: unknown, readonly end?: unknown } | undefined {
  try {
    return JSON.parse(body) as { id?: unknown, end?: unknown }
  } catch {
    return undefined
  }
}

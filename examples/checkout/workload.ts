import type { RequestRecord, Route } from 'fastify-ecs-graceful/rehearsal'

const placing = 'POST /orders'

/** What users of the checkout do: place orders, look at orders that they have placed, and read a report that streams for 3 s. */
export const workload: readonly Route[] = [
  {
    name: placing,
    method: 'POST',
    path: '/orders',
    body: { id: '{id}', lines: ['pen', 'ink', 'paper'].map((sku) => ({ sku, quantity: '{int 1 9}' })), takes: '{int 50 800}', fulfilmentTakes: '{int 100 2000}' },
    weight: 35,
    effect: true,
    expect: { status: 201, json: { id: '{id}' } }
  },
  { name: 'GET /orders/:id', path: `/orders/{id of ${placing}}`, weight: 60, expect: { status: 200, json: { id: `{id of ${placing}}` } } },
  { name: 'GET /reports/slow', path: '/reports/slow?seconds=3', weight: 5, expect: { status: 200, includes: '"end"' } }
]

/** What users were told about their orders: ids that were answered, and ids of which nothing good was heard. */
export function orders (requests: readonly RequestRecord[]): { readonly answered: string[], readonly unanswered: string[] } {
  const placed = requests.filter(({ route }) => route === placing)
  const isAnswered = ({ class: kind }: RequestRecord): boolean => kind === 'ok' || kind === 'late'
  return {
    answered: placed.filter(isAnswered).map(({ id }) => id),
    unanswered: placed.filter((request) => !isAnswered(request)).map(({ id }) => id)
  }
}

import type { InstantName } from './instants'
import type { KindName } from './kinds'

/** What each outcome means: what the client saw, by which its connection was over, and how often the report counts it. */
export const outcomes = {
  'answered with close': { seen: 'answered with close', served: 1 },
  'answered, then closed': { seen: 'answered without close', served: 1 },
  'answered with GOAWAY': { seen: 'answered with GOAWAY', served: 1 },
  'ended with retry': { seen: 'ended with retry', served: 1 },
  'told 1012': { seen: 'told 1012', told: 1 },
  'told 1012, cut and counted': { seen: 'told 1012', told: 1, upgraded: 1 },
  'told 408': { seen: 'told 408' },
  'closed without a word': { seen: 'closed without a word' },
  'connect refused': { seen: 'connect refused' },
  'refused, safe to retry': { seen: 'refused, safe to retry' },
  'refused 503': { seen: 'refused 503' },
  // Its client has an answer, though not the one it asked for.
  'refused 503 and named': { seen: 'refused 503', named: 1 },
  'cut and named': { seen: 'cut', named: 1 }
} as const satisfies Record<string, Outcome>

export interface Outcome {
  readonly seen: string
  readonly served?: 1
  readonly told?: 1
  readonly named?: 1
  readonly upgraded?: 1
}

type Row = Readonly<Record<InstantName, keyof typeof outcomes>>

const request: Row = {
  before: 'answered with close',
  'during the delay': 'answered with close',
  'at listener close': 'answered with close',
  'during grace': 'answered with close',
  'at the force point': 'cut and named'
}

const stream: Row = {
  before: 'answered with GOAWAY',
  'during the delay': 'answered with GOAWAY',
  'at listener close': 'answered with GOAWAY',
  'during grace': 'answered with GOAWAY',
  'at the force point': 'cut and named'
}

const webSocket: Row = {
  before: 'told 1012',
  'during the delay': 'told 1012',
  'at listener close': 'told 1012',
  'during grace': 'refused 503',
  'at the force point': 'told 1012, cut and counted'
}

/** What becomes of whom, and when. */
export const table: Readonly<Record<KindName, Row>> = {
  'HTTP/1.1 request': request,
  // Idle when the listener closes, it is closed as well: its client has to go elsewhere, and can know.
  'HTTP/1.1 request on a kept connection': { ...request, 'during grace': 'connect refused' },
  'HTTPS request': request,
  'HTTP/2 stream': stream,
  'HTTP/2 stream over TLS': stream,
  'HTTP/2 stream on a used session': { ...stream, 'during grace': 'refused, safe to retry' },
  'event stream': {
    before: 'ended with retry',
    'during the delay': 'ended with retry',
    'at listener close': 'ended with retry',
    'during grace': 'ended with retry',
    'at the force point': 'cut and named'
  },
  'WebSocket of @fastify/websocket': webSocket,
  'WebSocket of a handler by hand': webSocket,
  upload: { ...request, 'at the force point': 'refused 503 and named' },
  // What says close has to be said in the head: here that was out before.
  'slow reader of a large answer': { ...request, before: 'answered, then closed' },
  'request on a Unix socket': request,
  'silent connection': {
    before: 'closed without a word',
    'during the delay': 'closed without a word',
    'at listener close': 'closed without a word',
    'during grace': 'connect refused',
    'at the force point': 'closed without a word'
  },
  'half a header': { ...request, 'at the force point': 'told 408' }
}

import type { ConformanceSettings } from '../../types/conformance'
import type { Need } from './clause'
import { LARGE } from './survey'

/** What a server has to offer for a clause to apply, and the flag that says where it does. */
const contract: Readonly<Record<Exclude<Need, 'http1' | 'http2'>, readonly [option: keyof ConformanceSettings, flag: string, what: string]>> = {
  live: ['livePath', '--live-path', 'answer 200'],
  slow: ['slowPath', '--slow-path', 'answer after half a second to five'],
  upload: ['uploadPath', '--upload-path', 'read the body of a POST and answer'],
  hang: ['hangPath', '--hang-path', 'never answer'],
  signal: ['signalPath', '--signal-path', 'send its own process SIGTERM and then answer'],
  websocket: ['websocketPath', '--websocket-path', 'accept a WebSocket and send back what it gets'],
  large: ['largePath', '--large-path', `answer with ${LARGE / 1_000_000} MB or more`],
  events: ['eventsPath', '--events-path', 'send an event stream without an end']
}

/** The sentence for a clause that does not apply. */
export function missing (need: Need, settings: ConformanceSettings): string {
  if (need === 'http1') return 'the server does not answer HTTP/1.1 on this port'
  if (need === 'http2') return 'say --http2 if the server speaks HTTP/2 without TLS, by prior knowledge'
  const [option, flag, what] = contract[need]
  return `${String(settings[option])} does not ${what}: have it do so, or name another path with ${flag}`
}

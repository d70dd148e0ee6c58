import type { WebSocketOptions } from '../../types/index'
import { refuse, wholeNumber, withDefaults } from '../option-checks'
import { defaults } from './defaults'

export function webSockets (given: unknown): WebSocketOptions & { readonly code: number } {
  const { code, perSecond, goodbye } = withDefaults('webSockets', given, defaults.webSockets)
  if (!isCloseCode(code)) refuse('webSockets.code', '1000 to 1003, 1007 to 1014 or 3000 to 4999', code)
  if (goodbye !== undefined && typeof goodbye !== 'function') refuse('webSockets.goodbye', 'a function', goodbye)
  return Object.freeze({
    code,
    perSecond: perSecond === undefined ? undefined : wholeNumber('webSockets.perSecond', perSecond, 1, 1_000_000),
    goodbye: goodbye as WebSocketOptions['goodbye']
  })
}

/** What a server may send (RFC 6455, section 7.4, and its registry); 1004 to 1006 and 1015 are never sent. */
function isCloseCode (code: unknown): code is number {
  if (typeof code !== 'number' || !Number.isInteger(code)) return false
  return (code >= 1_000 && code <= 1_014 && !(code >= 1_004 && code <= 1_006)) || (code >= 3_000 && code <= 4_999)
}

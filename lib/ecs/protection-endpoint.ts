import type { ProtectionOrder, ProtectionOutcome } from '../core/protection'
import { ask, type Answer } from './ask-agent'
import { below, readEndpoint } from './endpoint'
import { fields, sentence } from './fields'

/** Set in every container by the EC2 agent from 1.65.0 and by Fargate from platform version 1.4.0. */
export const AGENT_VARIABLE = 'ECS_AGENT_URI'

const PATH = 'task-protection/v1/state'
/** Milliseconds. The agent gives ECS 4 s, and then says 504. */
const TIMEOUT = 5_000
/** Characters of what an agent says that are passed on. */
const LONGEST = 500

/** Gives one order, once. Never rejects. */
export type GiveOrder = (order: ProtectionOrder) => Promise<ProtectionOutcome>

/** How to give the agent at `uri` orders; undefined where there is none, or none that may be asked: why not goes to `warn`. */
export function protectionEndpoint (uri: string | undefined, warn: (reason: string) => void, timeout = TIMEOUT): GiveOrder | undefined {
  if (uri === undefined || uri.trim() === '') return
  const endpoint = readEndpoint(uri.trim())
  if ('refusal' in endpoint) return void warn(endpoint.refusal)
  const url = below(endpoint.url, PATH)
  return async (order) => {
    try {
      return outcome(order, await ask(url, { method: 'PUT', body: body(order), timeout }))
    } catch (error) {
      const { code = 'NO_ANSWER', message } = error as NodeJS.ErrnoException
      return { obeyed: false, unchanged: false, again: code !== 'ETIMEDOUT', code, message }
    }
  }
}

/** The agent refuses any field that it does not know. */
function body (order: ProtectionOrder): string {
  return JSON.stringify(order.enabled ? { ProtectionEnabled: true, ExpiresInMinutes: order.minutes } : { ProtectionEnabled: false })
}

/** A refusal by ECS is a 200, too: it stands under `failure`. What the agent itself cannot do stands under `error`. */
function outcome ({ enabled }: ProtectionOrder, { status, text }: Answer): ProtectionOutcome {
  const { protection, failure, error } = fields(parsed(text))
  if (status === 200 && fields(protection).ProtectionEnabled === enabled) return { obeyed: true }
  const { Reason, Detail } = fields(failure)
  const { Code, Message } = fields(error)
  return {
    obeyed: false,
    unchanged: status === 200 ? failure !== undefined : status < 500,
    again: status === 429 || status >= 500,
    code: said(Reason) ?? said(Code) ?? `HTTP_${status}`,
    message: said(Detail) ?? said(Message) ?? `the answer was ${status}`
  }
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function said (value: unknown): string | undefined {
  return sentence(value, LONGEST)
}

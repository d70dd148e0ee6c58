/** AWS's own minutes. */
const EXPIRES_IN_MINUTES = { least: 1, most: 2_880, default: 120 }

/** What a task asks of ECS by a PUT: to be spared for so long, or no longer. */
export type ProtectionOrder =
  | { readonly enabled: true, readonly minutes: number }
  | { readonly enabled: false }

/** Reads the body of a PUT as strictly as the agent does, or says in a sentence what is wrong with it. */
export function readOrder (body: string): ProtectionOrder | { readonly refusal: string } {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return { refusal: 'The body is not JSON.' }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { refusal: 'The body is not an object.' }

  const { ProtectionEnabled: enabled, ExpiresInMinutes: minutes = EXPIRES_IN_MINUTES.default, ...unknown } = parsed as Record<string, unknown>
  if (Object.keys(unknown).length > 0) return { refusal: `The field ${Object.keys(unknown)[0]} is not known.` }
  if (typeof enabled !== 'boolean') return { refusal: 'ProtectionEnabled must be true or false.' }
  if (!isAllowed(minutes)) {
    return { refusal: `ExpiresInMinutes must be a whole number from ${EXPIRES_IN_MINUTES.least} to ${EXPIRES_IN_MINUTES.most}.` }
  }
  return enabled ? { enabled, minutes } : { enabled }
}

function isAllowed (minutes: unknown): minutes is number {
  return Number.isInteger(minutes) && (minutes as number) >= EXPIRES_IN_MINUTES.least && (minutes as number) <= EXPIRES_IN_MINUTES.most
}

/** The agent's answer to a GET, and to a PUT that was obeyed. */
export function protectionDocument (arn: string, expiry: Date | undefined) {
  const enabled = expiry !== undefined
  return { protection: { ...enabled && { ExpirationDate: expiry.toISOString() }, ProtectionEnabled: enabled, TaskArn: arn } }
}

/** The agent's answer to what it cannot do. */
export function protectionError (code: string, message: string, arn?: string) {
  return { error: { Arn: arn, Code: code, Message: message } }
}

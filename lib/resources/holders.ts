/** Who still needs each client, in the whole process: two applications may have one pool. */
const holders = new WeakMap<object, Set<object>>()

/** From now on `holder` needs `client`; to say so twice changes nothing. */
export function hold (client: object, holder: object): void {
  const all = holders.get(client) ?? new Set()
  holders.set(client, all.add(holder))
}

/** Whether anybody else needs it. */
export function isShared (client: object, holder: object): boolean {
  const all = holders.get(client)
  return all !== undefined && [...all].some((other) => other !== holder)
}

/** `holder` needs it no more. Returns whether nobody else does, so that it may be closed. */
export function letGo (client: object, holder: object): boolean {
  const all = holders.get(client)
  all?.delete(holder)
  return !all?.size
}

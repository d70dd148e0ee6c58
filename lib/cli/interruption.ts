const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Aborts at the first signal that asks this process to go; `end` takes the listening back. */
export function interruption (): { readonly signal: AbortSignal, end (): void } {
  const controller = new AbortController()
  const abort = (): void => controller.abort(new Error('interrupted'))
  for (const name of SIGNALS) process.on(name, abort)
  return { signal: controller.signal, end: () => { for (const name of SIGNALS) process.off(name, abort) } }
}

export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve (value: T): void
}

/** A promise to be resolved from outside. (`Promise.withResolvers` is not in Node 20.) */
export function deferred<T = void> (): Deferred<T> {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((_resolve) => { resolve = _resolve })
  return { promise, resolve }
}

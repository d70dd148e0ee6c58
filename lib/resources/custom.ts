import type { Resource } from './resource'

/** Something of the application's own, closed by its own function. Nobody else closes it, and it cannot be broken. */
export function customResource (name: string, close: () => unknown): Resource {
  return {
    name,
    client: close,
    begun: () => false,
    done: () => false,
    close: async () => { await close() }
  }
}

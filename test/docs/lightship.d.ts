/** Of lightship 9.0.3 what docs/migrating.md uses: it is the one peer that is not installed here, because it brings another Fastify along. */
export interface Lightship {
  registerShutdownHandler (handler: () => Promise<void> | void): void
  createBeacon (): { die (): Promise<void> }
  signalReady (): void
}

export function createLightship (options?: {
  detectKubernetes?: boolean, port?: number, shutdownDelay?: number, gracefulShutdownTimeout?: number, shutdownHandlerTimeout?: number
}): Promise<Lightship>

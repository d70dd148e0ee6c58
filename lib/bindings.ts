import type { FastifyInstance } from 'fastify'
import type { Server } from 'node:net'

/**
 * The further servers that Fastify makes where `localhost` stands for more than one address. It keeps them under a
 * private symbol and closes them only after the last connection of the first has ended; without it there is one server.
 */
export function bindings (app: FastifyInstance): Server[] {
  for (let instance: object | null = app; instance; instance = Object.getPrototypeOf(instance) as object | null) {
    const symbol = Object.getOwnPropertySymbols(instance).find(({ description }) => description === 'fastify.serverBindings')
    if (symbol) return (instance as Record<symbol, Server[]>)[symbol] ?? []
  }
  return []
}

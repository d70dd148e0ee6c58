/** The command was used wrongly. */
export class Wrong extends Error {
  constructor (message: string) {
    super(`${message}: see fastify-ecs-graceful --help`)
  }
}

import { buildApp } from '../../../examples/worker/app'
import { readConfig } from '../../../examples/worker/config'
import { doors } from './doors'
import { logged } from './logger'

async function main (): Promise<void> {
  const config = readConfig(process.env)
  const app = await buildApp(config, logged(process.env))
  await app.register(doors)
  await app.listen({ port: config.port, host: config.host })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})

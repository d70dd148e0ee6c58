import { buildApp } from './app'
import { readConfig } from './config'

async function main (): Promise<void> {
  const config = readConfig(process.env)
  const app = await buildApp(config)
  await app.listen({ port: config.port, host: config.host })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})

import cluster from 'node:cluster'

/**
 * Runs `start` in `count` workers. ECS signals the first process of a container only: that is the primary, which passes SIGTERM on and
 * is there until the last worker has drained. Without it, its workers would exit at once, in the middle of their requests.
 */
export function inWorkers (count: number, start: () => void): void {
  if (cluster.isWorker) return start()

  const pass = (): void => { for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM') }
  process.on('SIGTERM', pass)
  process.on('SIGINT', () => {}) // a terminal sends it to the workers, too
  cluster.on('exit', (_worker, code: number | null) => {
    process.exitCode ||= code ?? 1
    pass() // one that ends by itself takes the task along: ECS starts another
  })
  for (let worker = 0; worker < count; worker++) cluster.fork()
}

'use strict'

/**
 * The worker of the bench, in plain JavaScript: `node worker-server.js TIMEOUT` consumes the queue at QUEUE_URL, of the SQS at ENDPOINT, with a
 * stop timeout of so many milliseconds, and writes its log, and of each poll that it begins, line by line to stdout, at once. A message takes as
 * many milliseconds as its body says.
 */
const { writeSync } = require('node:fs')
const timers = require('node:timers/promises')

const { SQSClient } = require('@aws-sdk/client-sqs')
const fastify = require('fastify')

const say = (line) => writeSync(1, JSON.stringify({ ...line, at: performance.timeOrigin + performance.now() }) + '\n')

async function main (stopTimeout) {
  const app = fastify({ logger: { stream: { write: (line) => writeSync(1, line) } } })
  await app.register(require('../dist/index.js'), { stopTimeout })
  const client = new SQSClient({ region: 'us-east-1', endpoint: process.env.ENDPOINT, credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } })
  client.middlewareStack.add((next, { commandName }) => (args) => {
    if (commandName === 'ReceiveMessageCommand') say({ polls: true })
    return next(args)
  }, { step: 'finalizeRequest', priority: 'low' })
  await app.register(require('../dist/sqs/index.js'), {
    name: 'bench',
    queueUrl: process.env.QUEUE_URL,
    client,
    async handler ({ Body }, { signal }) {
      signal.addEventListener('abort', () => say({ told: Body }))
      say({ began: Body })
      await timers.setTimeout(Number(Body), undefined, { signal })
    }
  })
  await app.ready()
  say({ ready: 0 })
}

main(Number(process.argv[2]))

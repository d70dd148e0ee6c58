import fp from 'fastify-plugin'

import type * as types from '../../types/sqs'
import { plugin } from './plugin'

const registrable: types.SqsPlugin = fp(plugin, { fastify: '5.x', name: 'fastify-ecs-graceful/sqs', dependencies: ['fastify-ecs-graceful'] })
const sqs = Object.assign(registrable, { default: registrable, sqs: registrable })

// Read by the lexer through which ECMAScript modules learn the names of a CommonJS module's exports.
module.exports.default = registrable
module.exports.sqs = registrable

// eslint-disable-next-line @typescript-eslint/no-redeclare -- types only: `export =` must carry both
declare namespace sqs {
  export type SqsBatchHandler = types.SqsBatchHandler
  export type SqsBatchResult = types.SqsBatchResult
  export type SqsContext = types.SqsContext
  export type SqsHandler = types.SqsHandler
  export type SqsOptions = types.SqsOptions
  export type SqsPlugin = types.SqsPlugin
  export type SqsQueue = types.SqsQueue
  export type SqsRetryAfter = types.SqsRetryAfter
  export type SqsState = types.SqsState
}

export = sqs

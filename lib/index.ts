import fp from 'fastify-plugin'

import type * as types from '../types/index'
import { plugin } from './plugin'

const registrable: types.EcsGracefulPlugin = fp(plugin, { fastify: '5.x', name: 'fastify-ecs-graceful' })
const ecsGraceful = Object.assign(registrable, { default: registrable, ecsGraceful: registrable })

// Read by the lexer through which ECMAScript modules learn the names of a CommonJS module's exports.
module.exports.default = registrable
module.exports.ecsGraceful = registrable

// eslint-disable-next-line @typescript-eslint/no-redeclare -- types only: `export =` must carry both
declare namespace ecsGraceful {
  export type Capacity = types.Capacity
  export type ChannelMessage = types.ChannelMessage
  export type CheckFunction = types.CheckFunction
  export type CheckOptions = types.CheckOptions
  export type ClientMessage = types.ClientMessage
  export type ClientReport = types.ClientReport
  export type CutRequest = types.CutRequest
  export type DrainReport = types.DrainReport
  export type EcsGraceful = types.EcsGraceful
  export type EcsGracefulOptions = types.EcsGracefulOptions
  export type EcsGracefulPlugin = types.EcsGracefulPlugin
  export type EcsLimits = types.EcsLimits
  export type EcsOptions = types.EcsOptions
  export type EcsTask = types.EcsTask
  export type EventStream = types.EventStream
  export type EventStreamOptions = types.EventStreamOptions
  export type HealthOptions = types.HealthOptions
  export type Left = types.Left
  export type LoadBalancerOptions = types.LoadBalancerOptions
  export type OrderEvidence = types.OrderEvidence
  export type Phase = types.Phase
  export type PhaseMessage = types.PhaseMessage
  export type PreflightFinding = types.PreflightFinding
  export type PreflightRule = types.PreflightRule
  export type ProtectOptions = types.ProtectOptions
  export type ReportMessage = types.ReportMessage
  export type ResourceOption = types.ResourceOption
  export type Severity = types.Severity
  export type StopCause = types.StopCause
  export type StopOrder = types.StopOrder
  export type TelemetryOptions = types.TelemetryOptions
  export type TimingName = types.TimingName
  export type TimingPlan = types.TimingPlan
  export type TimingSource = types.TimingSource
  export type Timings = types.Timings
  export type TrackOptions = types.TrackOptions
  export type Trigger = types.Trigger
  export type WebSocketOptions = types.WebSocketOptions
  export type WebSocketPeer = types.WebSocketPeer
  export type WorkName = types.WorkName
}

export = ecsGraceful

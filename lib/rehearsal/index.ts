export { rehearse } from './rehearse'
export { seeded, within, type Random } from './random'
export { progress } from './progress'
export { printed } from './print'
export type {
  HealthCheck, LoadRequest, Order, Rehearsal, RehearsalEvent, RehearsalResult, RequestKind, RequestRecord, TaskRecord, Verdict
} from './types'

export { isSubscribers } from './channels'
export type { StopLog } from './log'
export { Telemetry } from './telemetry'

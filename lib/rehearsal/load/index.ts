export { LoadProcess } from './load-process'
export { nameOf } from './name-of'
export { problemsOf } from './problems'
export type { ClientRecord, LoadOptions, LoadResult, LoadStatus, Probe } from './types'

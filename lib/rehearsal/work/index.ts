export { workResult } from './ledger'
export type { Published } from './stories'
export { Unbalanced } from './unbalanced'

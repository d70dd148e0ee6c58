export { workResult, type Published } from './ledger'
export { Unbalanced } from './unbalanced'

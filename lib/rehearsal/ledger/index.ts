export { duplicates, join, type Ledgers } from './join'
export { inWindow, isLost, lossesByOrder } from './attribution'

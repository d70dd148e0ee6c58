export { described } from './described'
export { progressOf } from './progress'
export { printed, type PrintOptions } from './text'

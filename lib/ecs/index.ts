export { describe, type Described } from './describe'
export { readMetadata, VARIABLE } from './metadata'
export { TargetGroup } from './target-group'

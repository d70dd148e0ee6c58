export { readMetadata, VARIABLE } from './metadata'

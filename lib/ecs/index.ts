export { deafParent } from './deaf-parent'
export { isContainer, VARIABLE } from './endpoint'
export { readMetadata } from './metadata'

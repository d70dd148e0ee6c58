export { deafParent } from './deaf-parent'
export { isToStop } from './desired-status'
export { isContainer, VARIABLE } from './endpoint'
export { readMetadata } from './metadata'

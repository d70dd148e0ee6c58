export { readMetadata, VARIABLE } from './metadata'
export { Protection } from './protection'
export { AGENT_VARIABLE } from './protection-endpoint'
export { sharedKeeper } from './shared-keeper'

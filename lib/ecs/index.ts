export { readMetadata, VARIABLE } from './metadata'
export { Protection } from './protection'
export { ProtectionKeeper } from './protection-keeper'
export { AGENT_VARIABLE, protectionEndpoint } from './protection-endpoint'

export { Connections } from './connections'
export { isHttp2 } from './sessions'
export type { AnyRequest } from './traffic'

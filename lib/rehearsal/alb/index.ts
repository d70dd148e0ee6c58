export { BalancerProcess } from './balancer-process'
export type { BalancerOptions } from './options'

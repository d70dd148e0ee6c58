export { Farewell, type FarewellOptions } from './farewell'
export { Upgrades } from './upgrades'

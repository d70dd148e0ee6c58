export { printedSimulation } from './printed'
export { defaults as simulationDefaults, readSimulation } from './settings'
export { simulate } from './simulate'

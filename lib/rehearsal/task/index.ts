export { Agent, type AgentTask } from './agent'
export { canBePid1 } from './pid1'
export { freePorts } from './ports'
export { Task, type TaskExit, type TaskOptions } from './task'

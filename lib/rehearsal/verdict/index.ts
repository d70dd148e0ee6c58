export { expectedLoss } from './arithmetic'
export { judge, type Judgement } from './judge'
export { cameBack } from './monotone'
export { median } from './statistics'

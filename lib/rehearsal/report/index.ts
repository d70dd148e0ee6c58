export { html } from './html/page'
export { printed } from './terminal'
export { progress } from './progress'

import t from 'tap'

import { columns } from '../../bench/columns'

t.test('columns are as wide as their widest cell, the first aligned left and the others right', async (t) => {
  t.strictSame(columns([['order', 'lost'], ['together', '0'], ['x', '12345']]), [
    'order      lost',
    'together      0',
    'x         12345'
  ])
})

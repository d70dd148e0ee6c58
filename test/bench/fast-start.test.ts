import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'

import { installed, sizeOf } from '../../bench/fast-start/contents'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'ecs-graceful-contents-')))
t.teardown(() => rmSync(root, { recursive: true, force: true }))

function addPackage (folder: string, more: object = {}): string {
  mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(more))
  return join(root, folder)
}

t.test('files are counted in all folders, and links are not followed', async (t) => {
  mkdirSync(join(root, 'files/deep'), { recursive: true })
  writeFileSync(join(root, 'files/one'), '12345')
  writeFileSync(join(root, 'files/deep/two'), '123')
  symlinkSync(root, join(root, 'files/link'))

  t.match(sizeOf(join(root, 'files/deep'), join(root, 'files/one')), { files: 2, bytes: 8 })
  t.match(sizeOf(join(root, 'files')), { files: 3 })
})

t.test('what a package needs to run is found once, where Node finds it; what is not there is optional', async (t) => {
  const app = addPackage('node_modules/app', { dependencies: { shared: '*', own: '*' }, optionalDependencies: { absent: '*' }, devDependencies: { tool: '*' } })
  const shared = addPackage('node_modules/shared', { dependencies: { app: '*' } })
  addPackage('node_modules/app/node_modules/own')
  addPackage('node_modules/tool')

  t.strictSame([...installed(['app'], root)].toSorted(), [app, shared])
})

import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'

import byDefault, { ecsGraceful } from '../lib/index'
import required = require('../lib/index')

const read = (file: string): string => readFileSync(path.join(__dirname, '..', file), 'utf8')

t.test('the door gives the plugin itself, by default and by name', async (t) => {
  t.type(required, 'function')
  t.equal(required.default, required)
  t.equal(required.ecsGraceful, required)
  t.equal(byDefault, required)
  t.equal(ecsGraceful, required)
})

t.test('the plugin tells Fastify its name, which Fastify it is for, and that it has no scope of its own', async (t) => {
  const told = Object.getOwnPropertySymbols(required).map((symbol) => [symbol.description, Reflect.get(required, symbol)])

  t.match(Object.fromEntries(told), {
    'plugin-meta': { name: 'fastify-ecs-graceful', fastify: '5.x' },
    'skip-override': true,
    'fastify.display-name': 'fastify-ecs-graceful'
  })
})

t.test('the name is the package\'s, and the Fastify is the peer', async (t) => {
  const { name, peerDependencies } = JSON.parse(read('package.json')) as { name: string, peerDependencies: Record<string, string> }

  t.equal(name, 'fastify-ecs-graceful')
  t.equal(peerDependencies.fastify, '^5.0.0')
})

t.test('every public type is defined once, in types/index.d.ts, and passed on by the door', async (t) => {
  const defined = [...read('types/index.d.ts').matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, type]) => type!)
  const door = [...read('lib/index.ts').matchAll(/^ {2}export (.*)$/gm)].map(([, line]) => line)

  t.strictSame(door.toSorted(), defined.map((type) => `type ${type} = types.${type}`).toSorted())
})

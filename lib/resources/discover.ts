import { isPool, postgresResource, type Pool } from './postgres'
import { isRedis, redisResource } from './redis'
import type { Resource } from './resource'

export interface Found {
  readonly resources: readonly Resource[]
  readonly pools: readonly Pool[]
}

/** What an instance carries that can be closed: the decorators of `@fastify/postgres` and `@fastify/redis`, and clients decorated by hand. */
export function discover (instances: Iterable<object>): Found {
  const resources = new Map<object, Resource>() // two decorators may share one client
  const pools: Pool[] = []
  const meet = (name: string, value: unknown): void => {
    if (isPool(value) && !resources.has(value)) {
      resources.set(value, postgresResource(name, value))
      pools.push(value)
    } else if (isRedis(value) && !resources.has(value)) {
      resources.set(value, redisResource(name, value))
    }
  }

  for (const instance of instances) {
    for (const [name, value] of ownValues(instance)) {
      meet(name, value)
      if (name === 'pg') meetPostgres(value, meet)
      if (name === 'redis' && !isRedis(value)) meetEntries('redis', value, meet)
    }
  }
  return { resources: [...resources.values()], pools }
}

/** The default database stands in the decorator itself, named ones beside it. */
function meetPostgres (value: unknown, meet: (name: string, value: unknown) => void): void {
  for (const [entry, member] of ownValues(value)) {
    if (entry === 'pool') meet('pg', member)
    for (const [key, inner] of ownValues(member)) if (key === 'pool') meet(`pg.${entry}`, inner)
  }
}

function meetEntries (decorator: string, value: unknown, meet: (name: string, value: unknown) => void): void {
  for (const [entry, member] of ownValues(value)) meet(`${decorator}.${entry}`, member)
}

/** Own properties that hold a value: a getter might do something when it is looked at. */
function ownValues (value: unknown): Array<[string, unknown]> {
  if (typeof value !== 'object' || value === null) return []
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(value))
  return descriptors.flatMap(([name, descriptor]) => 'value' in descriptor ? [[name, descriptor.value as unknown]] : [])
}

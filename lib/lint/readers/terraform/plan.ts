import type { Lines } from '../../source'
import { isObject, own } from '../../values'

/** A resource as it is planned. */
export interface Planned {
  /** Such as `module.shop["eu"].aws_ecs_service.this[0]`. */
  readonly address: string
  /** The address without indices, which is how the configuration knows it. */
  readonly plain: string
  /** The address of its module. */
  readonly module: string
  readonly type: string
  readonly values: unknown
  readonly line: number | undefined
}

export interface Plan {
  readonly file: string
  readonly resources: readonly Planned[]
  /** What is written of resources, by their plain addresses. Empty for a state, in which everything is known. */
  readonly written: ReadonlyMap<string, unknown>
  /** Modules as they are written, by their plain addresses; the root is ''. */
  readonly modules: ReadonlyMap<string, unknown>
}

/** Deeper than anybody nests modules. */
const DEEP = 30

/** What `terraform show -json` says of a plan, or of a state. */
export function planOf (document: unknown, file: string, lines: Lines): Plan | undefined {
  const root = own(own(document, 'planned_values') ?? own(document, 'values'), 'root_module')
  if (!isObject(root)) return
  const modules = new Map(modulesOf(own(own(document, 'configuration'), 'root_module'), '', 0))
  const written = [...modules].flatMap(([at, module]) => elements(own(module, 'resources')).map((resource): [string, unknown] =>
    [within(at, `${String(own(resource, 'type'))}.${String(own(resource, 'name'))}`), own(resource, 'expressions')]))
  return { file, resources: resourcesOf(root, '', lines, 0), written: new Map(written), modules }
}

function resourcesOf (module: unknown, address: string, lines: Lines, depth: number): Planned[] {
  if (depth > DEEP) return []
  const resources = elements(own(module, 'resources')).flatMap((resource): Planned[] => {
    const [at, type, mode] = [own(resource, 'address'), own(resource, 'type'), own(resource, 'mode')]
    if (typeof at !== 'string' || typeof type !== 'string' || mode === 'data') return []
    return [{ address: at, plain: withoutIndices(at), module: address, type, values: own(resource, 'values') ?? {}, line: lines(resource) }]
  })
  const children = elements(own(module, 'child_modules')).flatMap((child) => {
    const at = own(child, 'address')
    return typeof at === 'string' ? resourcesOf(child, at, lines, depth + 1) : []
  })
  return [...resources, ...children]
}

function modulesOf (module: unknown, address: string, depth: number): Array<[string, unknown]> {
  const calls = own(module, 'module_calls')
  if (!isObject(module) || depth > DEEP) return []
  const called = isObject(calls) ? Object.entries(calls) : []
  return [[address, module], ...called.flatMap(([name, call]) => modulesOf(own(call, 'module'), within(address, `module.${name}`), depth + 1))]
}

export function within (module: string, address: string): string {
  return module === '' ? address : `${module}.${address}`
}

export function elements (value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Keys of `for_each` are text in quotes, and may hold brackets. */
export function withoutIndices (address: string): string {
  return address.replace(/\[(?:"[^"\\]*(?:\\.[^"\\]*)*"|[^"[\]]*)\]/g, '')
}

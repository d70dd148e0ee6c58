import { own } from '../../values'
import { elements, within, withoutIndices, type Plan } from './plan'

/** Steps from a reference by way of variables and outputs to a resource, at most. */
const LONG = 20

/** What stands where the type of a resource might. A plan does not say what locals are. */
const OTHERS = new Set(['local', 'data', 'each', 'count', 'path', 'self', 'terraform'])

/** The plain addresses of the resources that an expression of a module refers to, itself or by way of variables and outputs. */
export function referenced ({ modules }: Plan, at: string, expression: unknown): readonly string[] {
  const found = new Set<string>()
  const seen = new Set<string>()

  function follow (module: string, given: unknown, steps: number): void {
    for (const reference of elements(own(given, 'references'))) {
      const key = `${module} ${String(reference)}`
      if (typeof reference !== 'string' || seen.has(key) || steps > LONG) continue
      seen.add(key)
      step(module, reference, steps + 1)
    }
  }

  function step (module: string, reference: string, steps: number): void {
    const [kind = '', name = '', output = ''] = withoutIndices(reference).split('.')
    if (kind === 'var') {
      const [caller, call] = callOf(module)
      if (call !== undefined) follow(caller, own(own(own(own(modules.get(caller), 'module_calls'), call), 'expressions'), name), steps)
    } else if (kind === 'module') {
      const called = within(module, `module.${name}`)
      follow(called, own(own(own(modules.get(called), 'outputs'), output), 'expression'), steps)
    } else if (name !== '' && !OTHERS.has(kind)) found.add(within(module, `${kind}.${name}`))
  }

  follow(at, expression, 0)
  return [...found]
}

/** Where a module is called, and by what name; no name for the root. */
function callOf (module: string): readonly [caller: string, name: string | undefined] {
  const [, caller = '', name] = /^(?:(.*)\.)?module\.([^.]+)$/.exec(module) ?? []
  return [caller, name]
}

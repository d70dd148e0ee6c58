/**
 * Where `actual` does not hold all of `wanted`: a path such as `.items[0].id`, or undefined if it holds it. Objects may
 * have more keys than are wanted; arrays are as long as wanted, and hold element by element.
 */
export function missingIn (actual: unknown, wanted: unknown, path = ''): string | undefined {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual) || actual.length !== wanted.length) return path || '.'
    return first(wanted, (element, index) => missingIn(actual[index], element, `${path}[${index}]`))
  }
  if (isObject(wanted)) {
    if (!isObject(actual)) return path || '.'
    return first(Object.entries(wanted), ([key, inner]) => {
      return Object.hasOwn(actual, key) ? missingIn(actual[key], inner, `${path}.${key}`) : `${path}.${key}`
    })
  }
  return actual === wanted ? undefined : path || '.'
}

function isObject (value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function first<T> (elements: readonly T[], look: (element: T, index: number) => string | undefined): string | undefined {
  for (const [index, element] of elements.entries()) {
    const found = look(element, index)
    if (found !== undefined) return found
  }
}

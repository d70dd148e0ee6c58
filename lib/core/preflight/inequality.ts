/** A number of an inequality, under the name by which its reader knows it. Milliseconds. */
export interface Term {
  readonly name: string
  readonly ms: number | undefined
  readonly times?: number
}

/** Sums on both sides of a relation that must hold. */
export interface Inequality {
  readonly left: readonly Term[]
  readonly relation: 'at least' | 'more than' | 'at most'
  readonly right: readonly Term[]
}

export function term (name: string, ms: number | undefined, times = 1): Term {
  return { name, ms, times }
}

/** The inequality in words if it does not hold; undefined if it does, or if one of its numbers is not known. */
export function violation ({ left, relation, right }: Inequality): string | undefined {
  const [one, other] = [total(left), total(right)]
  if (one === undefined || other === undefined || holds(one, relation, other)) return
  return `${written(left, one)} must be ${relation} ${written(right, other)}`
}

function holds (left: number, relation: Inequality['relation'], right: number): boolean {
  switch (relation) {
    case 'at least': return left >= right
    case 'more than': return left > right
    case 'at most': return left <= right
  }
}

export function total (terms: readonly Term[]): number | undefined {
  let sum = 0
  for (const { ms, times = 1 } of terms) {
    if (ms === undefined || Number.isNaN(times)) return
    sum += ms * times
  }
  return sum
}

function written (terms: readonly Term[], sum: number): string {
  const names = terms.map(({ name, ms, times = 1 }) => `${times === 1 ? '' : `${times} × `}${name} (${seconds(ms!)})`.replace(/^ \((.*)\)$/, '$1'))
  return names.join(' + ') + (terms.length > 1 || terms[0]!.times !== 1 ? ` = ${seconds(sum)}` : '')
}

/** As AWS counts them, without zeros that say nothing. */
export function seconds (ms: number): string {
  return `${Number((ms / 1_000).toFixed(3))} s`
}

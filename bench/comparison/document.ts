import { markdown, type Cells } from './cells'

/**
 * Puts tables into a document, each between `<!-- NAME -->` and `<!-- /NAME -->`. What stands around them is written by hand. A table without
 * a place, or a place without a table, is a mistake.
 */
export function filled (document: string, tables: Readonly<Record<string, Cells>>): string {
  const places = [...document.matchAll(/<!-- \/([a-z]+) -->/g)].map(([, name]) => name!)
  const wanting = [...places.filter((name) => !tables[name]), ...Object.keys(tables).filter((name) => !places.includes(name))]
  if (wanting.length > 0) throw new Error(`not both a table and a place in the document: ${wanting.join(', ')}`)
  return Object.entries(tables).reduce((text, [name, cells]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`)
    return text.replace(place, (_, opening: string, closing: string) => `${opening}\n${markdown(cells)}\n\n${closing}`)
  }, document)
}

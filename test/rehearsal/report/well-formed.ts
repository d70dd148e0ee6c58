/** What is wrong with a document's tags, read as strictly as XML would; nothing, if it is well-formed. */
export function malformed (document: string): string | undefined {
  const open: string[] = []
  for (const [tag, closing, name, attributes = '', empty] of document.replace(/^<!doctype html>/, '').matchAll(/<(\/?)([^\s/>]*)((?:[^">]|"[^"]*")*?)(\/?)>/g)) {
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name!)) return `no name: ${tag}`
    if (!/^(\s+[a-zA-Z-]+="[^"<]*")*\s*$/.test(attributes)) return `bad attributes: ${tag}`
    if (closing && open.pop() !== name) return `not open: ${tag}`
    if (!closing && !empty) open.push(name!)
  }
  if (open.length > 0) return `not closed: ${open.join(' ')}`
  return document.match(/&(?!(amp|lt|gt|quot|#39);)[^;]{0,10}/)?.[0]
}

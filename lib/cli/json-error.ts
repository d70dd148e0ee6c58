/** Where `JSON.parse` gave up, both from 1, as far as its message tells. */
export function brokenAt (text: string, message: string): { readonly line: number, readonly column: number } {
  const before = text.slice(0, position(text, message)).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

/** How many characters V8 shows before a token that it did not expect, if there are so many. */
const BEFORE = 10

/** V8 says where, or shows the text around a token that it did not expect; or it says neither, and the text ended too early. */
function position (text: string, message: string): number {
  const [, given] = /at position (\d+)/.exec(message) ?? []
  if (given !== undefined) return Number(given)

  const [, token, shortened, shown] = /^Unexpected token '(.)', (\.\.\.)?"([\s\S]*)"(?:\.\.\.)? is not valid JSON$/.exec(message) ?? []
  if (token === undefined || shown === undefined) return text.length
  return text.indexOf(shown) + (shortened ? BEFORE : shown.indexOf(token))
}

/** The line on which `JSON.parse` gave up, from 1, as far as its message tells. */
export function brokenLine (text: string, message: string): number {
  return text.slice(0, position(text, message)).split('\n').length
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

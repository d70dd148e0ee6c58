/** Words of a line as a shell would part them, as far as quotes go: nothing is expanded. */
export function words (line: string): readonly string[] {
  const found: string[] = []
  let word: string | undefined
  for (const { letter, quoted, isQuote } of letters(line)) {
    if (isQuote) word ??= ''
    else if (quoted || !/\s/.test(letter)) word = (word ?? '') + letter
    else if (word !== undefined) {
      found.push(word)
      word = undefined
    }
  }
  return word === undefined ? found : [...found, word]
}

/** The last command of a script: of `a; b && c` it is `c`. */
export function lastCommand (script: string): string {
  const plain = trimmed(unquoted(script))
  const start = Math.max(...[';', '&&', '||', '\n'].map((end) => plain.includes(end) ? plain.lastIndexOf(end) + end.length : 0))
  return script.slice(start, plain.length).trim()
}

/** Without what ends the last command. */
function trimmed (script: string): string {
  let end = script.length
  while (end > 0 && /[;\s]/.test(script[end - 1]!)) end--
  return script.slice(0, end)
}

/** Whether it takes more than one process: then a shell stays, to connect them or to wait. */
export function hasSeveral (command: string): boolean {
  return /[|&]/.test(unquoted(command).replace(REDIRECTION, ''))
}

export function isRedirected (command: string): boolean {
  return /[<>]/.test(unquoted(command))
}

/** Without the variables that are set for it. */
export function withoutVariables (command: readonly string[]): readonly string[] {
  const first = command.findIndex((word) => !/^\w+=/.test(word))
  return first < 0 ? [] : command.slice(first)
}

const REDIRECTION = /&>|[<>]&?/g

/** The same text, with an underscore for each letter within quotes. */
function unquoted (text: string): string {
  return letters(text).map(({ letter, quoted }) => quoted ? '_' : letter).join('')
}

interface Letter {
  readonly letter: string
  readonly quoted: boolean
  readonly isQuote: boolean
}

function letters (text: string): readonly Letter[] {
  let quote: string | undefined
  return text.split('').map((letter) => {
    const isQuote = quote === undefined ? letter === '"' || letter === '\'' : letter === quote
    if (isQuote) quote = quote === undefined ? letter : undefined
    return { letter, quoted: quote !== undefined && !isQuote, isQuote }
  })
}

/** Colours by what they stand for, on light and on dark ground. */
const colours = {
  ground: ['#ffffff', '#0d1117'],
  ink: ['#1f2328', '#e6edf3'],
  soft: ['#59636e', '#9198a1'],
  line: ['#d1d9e0', '#3d444d'],
  ours: ['#1a7f37', '#3fb950'],
  band: ['#eaf6ec', '#12261a'],
  refused: ['#0969da', '#4493f8'],
  closed: ['#bc6c00', '#d29922'],
  cut: ['#cf222e', '#f85149'],
  rejected: ['#8250df', '#ab7df8'],
  served: ['#b9dcc2', '#1d4a2b'],
  waiting: ['#cfe2fb', '#16365f'],
  ending: ['#f6dcb6', '#573a0a'],
  margin: ['#e4e8ec', '#2a313a']
} as const

export type Colour = keyof typeof colours

export const WIDTH = 830

const FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif'

/** A whole picture; its title and description are what is read aloud in its place. It follows the colour scheme of who looks at it. */
export function picture (height: number, title: string, description: string, parts: readonly string[]): string {
  const scheme = (index: 0 | 1): string => Object.entries(colours).map(([name, pair]) => `--${name}:${pair[index]}`).join(';')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<style>svg{${scheme(0)}}@media (prefers-color-scheme:dark){svg{${scheme(1)}}}text{font-family:${FONT};font-size:13px}</style>`,
    rect({ x: 0, y: 0, width: WIDTH, height, fill: 'ground', radius: 6 }),
    ...parts,
    '</svg>',
    ''
  ].join('\n')
}

export function rect (
  { x, y, width, height, fill, radius = 0 }: { x: number, y: number, width: number, height: number, fill: Colour, radius?: number }
): string {
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="${radius}" style="fill:var(--${fill})"/>`
}

export interface TextOptions {
  readonly fill?: Colour
  readonly size?: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly bold?: boolean
}

export function text (x: number, y: number, words: string, { fill = 'ink', size = 13, anchor = 'start', bold = false }: TextOptions = {}): string {
  const style = `fill:var(--${fill})${size === 13 ? '' : `;font-size:${size}px`}${bold ? ';font-weight:600' : ''}`
  return `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}" style="${style}">${escaped(words)}</text>`
}

export function line (x1: number, y1: number, x2: number, y2: number, { stroke = 'line', width = 1, dashed = false }: { stroke?: Colour, width?: number, dashed?: boolean } = {}): string {
  const style = `stroke:var(--${stroke});stroke-width:${width}${dashed ? ';stroke-dasharray:3 3' : ''}`
  return `<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}" style="${style}"/>`
}

export function dot (x: number, y: number, radius: number, fill: Colour): string {
  return `<circle cx="${short(x)}" cy="${short(y)}" r="${radius}" style="fill:var(--${fill})"/>`
}

/** Enough digits for a picture, and no more: a difference between two runs stays readable. */
function short (number: number): string {
  return String(Number(number.toFixed(1)))
}

function escaped (words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

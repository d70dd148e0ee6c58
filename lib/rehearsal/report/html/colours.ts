/**
 * Every colour has a part to play and is named after it. Blue, orange and vermilion stay apart for all kinds of colour
 * vision (after Okabe and Ito); shape and thickness say the same again.
 */
export const light = {
  paper: '#ffffff',
  panel: '#f6f7f9',
  band: '#f3f5f7',
  line: '#e1e5ea',
  ink: '#16191d',
  soft: '#59626d',
  pass: '#00714f',
  fail: '#c22a14',
  doubt: '#8a5a00',
  starting: '#a9b1bb',
  ready: '#a8cbe6',
  deregistered: '#3f8fc9',
  draining: '#e69f00',
  closing: '#9c5a86',
  dot: '#4c87b5',
  probe: '#16191d',
  late: '#a86a00',
  lost: '#d1300f'
}

export type Colour = keyof typeof light

export const dark: Readonly<Record<Colour, string>> = {
  paper: '#13161a',
  panel: '#1b1f25',
  band: '#191d22',
  line: '#2d333b',
  ink: '#e9ecef',
  soft: '#9aa5b1',
  pass: '#3ecf9a',
  fail: '#ff7a5c',
  doubt: '#f0b64a',
  starting: '#5e6873',
  ready: '#33617f',
  deregistered: '#56a9e4',
  draining: '#eba82a',
  closing: '#c88ab3',
  dot: '#74b6ea',
  probe: '#e9ecef',
  late: '#f0b64a',
  lost: '#ff6a45'
}

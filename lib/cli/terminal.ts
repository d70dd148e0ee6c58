/** What a command writes to. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write (text: string): unknown
}

export interface Terminal {
  /** For results. */
  readonly stdout: Screen
  /** For everything else. */
  readonly stderr: Screen
  readonly version: string
}

/** Says the last word, and hands back the exit code that goes with it. */
export function ended (screen: Screen, text: string, code: number): number {
  screen.write(text)
  return code
}

/**
 * The arguments with which Node runs a program of this package: none where it is built, and where it is not those that let
 * this very process read it. A user's own, such as `--inspect`, are not for our children.
 */
export function nodeArguments (file: string): string[] {
  return file.endsWith('.ts') ? process.execArgv : []
}

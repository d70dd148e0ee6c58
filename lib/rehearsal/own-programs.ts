import { join } from 'node:path'

/** A program of this package, by its place in this room: where it is built the room is one file, and its programs are files beside it. */
export function program (name: string): string {
  return require.resolve(join(__dirname, name))
}

/**
 * The arguments with which Node runs a program of this package: none where it is built, and where it is not those that let
 * this very process read it. A user's own, such as `--inspect`, are not for our children.
 */
export function nodeArguments (file: string): string[] {
  return file.endsWith('.ts') ? process.execArgv : []
}

/** How much is kept, in characters; none takes more than four bytes. */
const CHARACTERS = 4_000
const BYTES = CHARACTERS * 4

/** The end of a text of any length, at the price of what it keeps. */
export class Tail {
  #kept = Buffer.alloc(0)

  add (chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk.subarray(-BYTES)]).subarray(-BYTES)
  }

  toString (): string {
    return this.#kept.toString().slice(-CHARACTERS)
  }
}

import { closeSync, existsSync, openSync, unlinkSync, writeFileSync } from 'node:fs'

/** Throws if the page could not be written, before anybody has waited for it. Leaves no file behind. */
export function mustBeWritable (file: string): void {
  const wasThere = existsSync(file)
  try {
    closeSync(openSync(file, 'a'))
  } catch (error) {
    throw new Error(`the report cannot be written: ${(error as Error).message}. Name another file with --report`)
  }
  if (!wasThere) unlinkSync(file)
}

export function writeReport (file: string, page: string): void {
  try {
    writeFileSync(file, page)
  } catch (error) {
    throw new Error(`the report cannot be written: ${(error as Error).message}`)
  }
}

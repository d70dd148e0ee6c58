import { Token, Tokenization, type Duration } from 'aws-cdk-lib'

import { wholeNumber } from '../../option-checks'

// A token's value is known to CloudFormation only: it is held against nothing.

/** What is known of a duration at synthesis. */
export function milliseconds (duration: Duration | undefined): number | undefined {
  return duration === undefined || duration.isUnresolved() ? undefined : duration.toMilliseconds()
}

/** What is known of a number at synthesis. */
export function known (value: number | undefined): number | undefined {
  return Token.isUnresolved(value) ? undefined : value
}

export interface Range {
  readonly least: number
  readonly most: number
}

/** Throws for a number that is outside the range. */
export function within (name: string, value: number | undefined, { least, most }: Range): void {
  if (known(value) !== undefined) wholeNumber(name, value, least, most)
}

/** For a variable of a container; a token stays one. */
export function secondsText (duration: Duration): string {
  return Tokenization.stringifyNumber(duration.toSeconds({ integral: false }))
}

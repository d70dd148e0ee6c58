import { Tokenization, type Duration } from 'aws-cdk-lib'

/** What is known of a duration at synthesis. A token's value is known to CloudFormation only. */
export function milliseconds (duration: Duration | undefined): number | undefined {
  return duration === undefined || duration.isUnresolved() ? undefined : duration.toMilliseconds()
}

/** For a variable of a container; a token stays one. */
export function secondsText (duration: Duration): string {
  return Tokenization.stringifyNumber(duration.toSeconds({ integral: false }))
}

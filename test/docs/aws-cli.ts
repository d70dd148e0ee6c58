import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as ecs from '@aws-sdk/client-ecs'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'

/** The CLI's commands and the SDK's are made from one model of each service. */
const services: Readonly<Record<string, object>> = { cloudwatch, ecs, elbv2, logs }
/** Of the CLI itself. */
const GLOBAL = ['output', 'query', 'region']

/** Why a command of the AWS CLI cannot be right; undefined if service, operation and the names of its parameters are known. */
export function awsMistake ([service, operation, ...args]: readonly string[]): string | undefined {
  const sdk = services[service!] as Record<string, unknown> | undefined
  if (!sdk) return `aws ${service} is not known here`
  if (operation === 'wait') return `waitUntil${pascal(args[0]!)}` in sdk ? undefined : `there is no aws ${service} wait ${args[0]}`
  const members = membersOf(sdk, pascal(operation!))
  if (!members) return `there is no aws ${service} ${operation}`
  const strange = args.flatMap((arg) => /^--([a-z0-9-]+)/.exec(arg)?.[1] ?? [])
    .filter((flag) => !GLOBAL.includes(flag) && !members.includes(flag.replaceAll('-', '')))
  return strange.length > 0 ? `aws ${service} ${operation} has no --${strange.join(', --')}` : undefined
}

/** The names of an operation's parameters, in small letters: its request is [3, namespace, name, traits, names, …]. */
function membersOf (sdk: Record<string, unknown>, name: string): string[] | undefined {
  if (!(`${name}Command` in sdk)) return
  const request = sdk[`${name}Request$`] ?? sdk[`${name}Input$`]
  return (request as [number, string, string, object, string[]])[4].map((member) => member.toLowerCase())
}

function pascal (operation: string): string {
  return operation.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())
}

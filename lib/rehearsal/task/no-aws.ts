/** Who asks AWS about a made-up task, by the client's service in the variables of the SDKs. */
const doors = { ECS: 'ecs', ELASTIC_LOAD_BALANCING_V2: 'elasticloadbalancing' } as const

const CODE = 'RehearsalException'
const MESSAGE = 'this is a rehearsal, in which AWS is asked nothing of a task'

/**
 * The variables that lead an AWS SDK's questions about tasks and target groups to `base` instead of AWS: the machine's own
 * credentials might be good for a real one. Other services, such as queues and buckets, are the application's own affair.
 */
export function withoutAws (base: string): Record<string, string> {
  const addresses = Object.entries(doors).map(([service, door]) => [`AWS_ENDPOINT_URL_${service}`, `${base}/aws/${door}`])
  return { ...Object.fromEntries(addresses) as Record<string, string>, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' }
}

/** What they are answered there, each in its own language; undefined for all other paths. */
export function refusal (path: string): { readonly type: string, readonly text: string } | undefined {
  if (path.startsWith(`/aws/${doors.ECS}`)) return { type: 'application/x-amz-json-1.1', text: JSON.stringify({ __type: CODE, message: MESSAGE }) }
  if (!path.startsWith(`/aws/${doors.ELASTIC_LOAD_BALANCING_V2}`)) return
  return { type: 'text/xml', text: `<ErrorResponse><Error><Type>Sender</Type><Code>${CODE}</Code><Message>${MESSAGE}</Message></Error></ErrorResponse>` }
}

/** The numbers of the specification of the CloudWatch embedded metric format, and of CloudWatch for what it names. */
const LARGEST = 256 * 1_024
const METRICS = 100
const VALUES = 100
const DIMENSIONS = 30
const NAME = 255
const VALUE = 1_024

const UNITS = [
  'None', 'Percent', 'Seconds', 'Microseconds', 'Milliseconds',
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits', 'Count']
    .flatMap((unit) => [unit, `${unit}/Second`])
]

type Fields = Record<string, unknown>

/** What of the specification a line does not keep to; empty if CloudWatch would make metrics of it. */
export function emfFaults (line: string): string[] {
  const root = JSON.parse(line) as Fields
  const faults: string[] = []
  const must = (holds: boolean, fault: string): void => { if (!holds) faults.push(fault) }
  const only = (object: Fields, keys: string[], name: string): void => {
    must(Object.keys(object).every((key) => keys.includes(key)), `${name} has other members than ${keys.join(', ')}`)
  }
  const isText = (value: unknown, longest: number): boolean =>
    typeof value === 'string' && value.length <= longest && /^[\x20-\x7e]+$/.test(value) && value.trim() !== ''

  must(Buffer.byteLength(line) <= LARGEST && !line.includes('\n'), 'it is no single event')
  const { Timestamp, CloudWatchMetrics } = root._aws as { Timestamp: unknown, CloudWatchMetrics: Fields[] }
  only(root._aws as Fields, ['Timestamp', 'CloudWatchMetrics'], '_aws')
  must(Number.isInteger(Timestamp) && Math.abs(Date.now() - Number(Timestamp)) < 7_200_000, 'Timestamp is not milliseconds of about now')
  must(Array.isArray(CloudWatchMetrics), 'CloudWatchMetrics is no array')

  for (const directive of CloudWatchMetrics) {
    only(directive, ['Namespace', 'Dimensions', 'Metrics'], 'a directive')
    const { Namespace, Dimensions, Metrics } = directive as { Namespace: unknown, Dimensions: string[][], Metrics: Fields[] }
    must(isText(Namespace, NAME), 'Namespace is no name')
    must(Dimensions.length > 0, 'there is no set of dimensions, not even an empty one')
    must(Metrics.length > 0 && Metrics.length <= METRICS, `there are ${Metrics.length} metrics`)
    for (const set of Dimensions) must(set.length <= DIMENSIONS && new Set(set).size === set.length, 'a set has too many dimensions, or one of them twice')
    for (const key of Dimensions.flat()) must(isText(key, NAME) && !key.startsWith(':') && isText(root[key], VALUE), `the dimension ${key} has no value`)
    for (const metric of Metrics) {
      only(metric, ['Name', 'Unit'], 'a metric')
      const { Name, Unit } = metric as { Name: string, Unit: string }
      const values = [root[Name]].flat()
      must(isText(Name, NAME), 'a metric has no name')
      must(UNITS.includes(Unit), `${Name} has the unit ${Unit}`)
      must(values.length > 0 && values.length <= VALUES && values.every((value) => Number.isFinite(value)), `${Name} has no numbers`)
    }
  }
  return faults
}

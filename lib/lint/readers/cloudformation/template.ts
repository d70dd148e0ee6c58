import { isObject, own } from '../../values'

/** The parts of a template, each empty where it is missing or of another type. */
export interface Template {
  /** The file: two of them may use the same logical ids. */
  readonly file: string
  readonly parameters: ReadonlyMap<string, unknown>
  readonly mappings: ReadonlyMap<string, unknown>
  readonly conditions: ReadonlyMap<string, unknown>
  readonly resources: ReadonlyMap<string, unknown>
  readonly outputs: ReadonlyMap<string, unknown>
}

/** A template, or what `get-template` shows of one. */
export function templateOf (document: unknown, file: string): Template | undefined {
  const body = isObject(document) && isObject(own(document, 'TemplateBody')) ? own(document, 'TemplateBody') : document
  const [resources, version] = [own(body, 'Resources'), own(body, 'AWSTemplateFormatVersion')]
  if (!isObject(resources) || (version === undefined && !Object.values(resources).some((each) => typeof own(each, 'Type') === 'string'))) return
  const section = (name: string): ReadonlyMap<string, unknown> => {
    const value = own(body, name)
    return new Map(isObject(value) ? Object.entries(value) : [])
  }
  return {
    file,
    parameters: section('Parameters'),
    mappings: section('Mappings'),
    conditions: section('Conditions'),
    resources: section('Resources'),
    outputs: section('Outputs')
  }
}

/** By what others in this template, and the linter, know a resource. */
export function idOf ({ file }: Template, logicalId: string): string {
  return `${file}#${logicalId}`
}

/** By what other stacks know an export. */
export function importId (name: string): string {
  return `import:${name}`
}

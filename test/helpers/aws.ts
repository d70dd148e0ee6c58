import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** A call of an API of AWS: its name, and what came with it; ELB's parameters by their flat names (`Targets.member.1.Id`). */
export interface Question {
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
  /** The region that it is signed for. */
  readonly region: string
}

/** A document, an error by its code, bytes that are neither, or none at all. */
export type Reply = { readonly document: object } | { readonly error: string, readonly status?: number } | { readonly raw: string } | 'silence'

const ECS = 'AmazonEC2ContainerServiceV20141113.'

/** ECS and Elastic Load Balancing as the SDK's real clients meet them, over HTTP on this machine. Closed with the test. */
export class Aws {
  readonly asked: Question[] = []
  readonly #server: http.Server
  readonly #waiting = new Set<() => void>()

  private constructor (reply: (question: Question) => Reply) {
    this.#server = http.createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => { body += text })
      request.on('end', () => {
        const question = read(request, body)
        this.asked.push(question)
        for (const wake of this.#waiting) wake()
        this.#waiting.clear()
        say(response, question, reply(question))
      })
    })
  }

  static async start (t: Test, reply: (question: Question) => Reply): Promise<Aws> {
    const aws = new Aws(reply)
    await once(aws.#server.listen(0, '127.0.0.1'), 'listening')
    t.teardown(() => {
      aws.#server.close()
      aws.#server.closeAllConnections()
    })
    return aws
  }

  /** What leads the SDK here, and nowhere else: no file of this machine, no metadata of an instance. */
  get env (): Record<string, string> {
    return environment(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
  }

  /** Resolves once so many questions that fit have been asked, before or after this. */
  async until (count: number, fits: (question: Question) => boolean): Promise<void> {
    while (this.asked.filter(fits).length < count) await new Promise<void>((resolve) => { this.#waiting.add(resolve) })
  }
}

/** The same for another address. */
export function environment (url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_ECS: url,
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: url,
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true'
  }
}

/** ECS speaks JSON 1.1, with its action in a header; Elastic Load Balancing a form, answered in XML. */
function read ({ headers }: http.IncomingMessage, body: string): Question {
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'none'
  const target = headers['x-amz-target'] as string | undefined
  if (target?.startsWith(ECS)) return { action: target.slice(ECS.length), input: JSON.parse(body) as Question['input'], region }
  const { Action, ...input } = Object.fromEntries(new URLSearchParams(body))
  return { action: Action!, input, region }
}

function say (response: http.ServerResponse, { action }: Question, reply: Reply): void {
  if (reply === 'silence') return
  const isXml = action === 'DeregisterTargets'
  response.setHeader('content-type', isXml ? 'text/xml' : 'application/x-amz-json-1.1')
  if ('raw' in reply) response.end(reply.raw)
  else if ('error' in reply) {
    const { error, status = 400 } = reply
    const message = `AWS says ${error}`
    response.writeHead(status).end(isXml
      ? `<ErrorResponse><Error><Type>Sender</Type><Code>${error}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`
      : JSON.stringify({ __type: error, message }))
  } else {
    response.end(isXml
      ? `<${action}Response><${action}Result/><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`
      : JSON.stringify(reply.document))
  }
}

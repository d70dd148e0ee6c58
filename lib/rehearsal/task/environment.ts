/** What a task is told about itself by its surroundings. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  readonly port: number
  readonly stopTimeoutSeconds: number
}

type Environment = Readonly<Record<string, string | undefined>>

/** The descriptor to which a service may write its ledger. */
export const LEDGER_DESCRIPTOR = 3

/**
 * The variables of a task: those of `parent`, then its own `env`, then what only the rehearsal can know. The agent's
 * addresses are part of `env`. A region that is set is kept; a stop timeout only if `env` sets it.
 */
export function taskEnvironment ({ env, port, stopTimeoutSeconds }: Surroundings, parent: Environment): Record<string, string | undefined> {
  return {
    AWS_REGION: 'eu-west-1',
    ...parent,
    ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: String(stopTimeoutSeconds),
    ...env,
    PORT: String(port),
    HOST: '127.0.0.1',
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    ECS_REHEARSAL_LEDGER_FD: String(LEDGER_DESCRIPTOR)
  }
}

import type { PreflightFinding, PreflightRule, Severity } from '../../types/index'
import type { Facts } from '../core/preflight/index'

/** Where something is to be mended, and for which container. What is not known is left out. */
export interface Where {
  readonly file: string
  /** Of the resource or container in the file, from 1. */
  readonly line?: number
  /** Its name, logical id or address. */
  readonly resource: string
  readonly container?: string
  readonly service?: string
}

/** A default that a finding rests on: were it another, the finding would say something else. */
export interface RestsOn {
  readonly of: string
  readonly value: string
  readonly where: string
}

export interface LintFinding extends PreflightFinding {
  readonly where: Where
  readonly defaults: readonly RestsOn[]
}

export interface LintedContainer {
  readonly where: Where
  /** Whether it was held against all rules, or only against those that are for every container. */
  readonly application: boolean
  /** In milliseconds. What is not known is left out, and rules that need it had nothing to say. */
  readonly facts: Facts
  /** What is not known of an application and some rule would have needed. */
  readonly unknown: readonly string[]
  /** What no file can say and was taken to be so all the same, in half a sentence each. */
  readonly taken: readonly string[]
}

export interface LintResult {
  readonly version: 1
  /** No error; with `strict` no warning either. */
  readonly ok: boolean
  readonly files: ReadonlyArray<{ readonly file: string, readonly kinds: readonly string[] }>
  readonly containers: readonly LintedContainer[]
  /** The gravest first. */
  readonly findings: readonly LintFinding[]
  /** What could not be joined or understood. */
  readonly notes: readonly string[]
  readonly counts: Readonly<Record<Severity, number>>
}

export interface LintSettings {
  /** Of readiness. @default '/health' */
  readonly healthPath?: string
  /** What the code of the applications plans with, in milliseconds. @default the variable's, or 30000 */
  readonly stopTimeout?: number
  /** Milliseconds. */
  readonly longestRequest?: number
  /** Milliseconds. */
  readonly keepAliveTimeout?: number
  readonly severities?: ReadonlyMap<PreflightRule, Severity | 'off'>
  readonly strict?: boolean
}

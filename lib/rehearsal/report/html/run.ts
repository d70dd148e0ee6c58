import { stripVTControlCharacters } from 'node:util'

import type { RunResult, TaskRecord } from '../../../../types/rehearsal'
import { isLost } from '../../ledger/index'
import { isNoteworthy } from '../summary'
import { count, counted, seconds, taskName } from '../words'
import { legend } from './legend'
import { markup, type Markup } from './markup'
import { routeTable, taskTable } from './tables'
import { timeline } from './timeline'

/** One run as a section; `index` is its number among the runs. One that is not worth a look by itself is folded. */
export function runSection (run: RunResult, index: number): Markup {
  const lost = run.requests.filter(isLost).length
  const title = `Run with seed ${run.seed}`
  const facts = `${counted(run.requests.length, 'request')}, ${count(lost)} lost, in ${seconds(run.duration)}`
  if (index > 0 && !isNoteworthy(run)) {
    return markup`<details><summary>${title}: ${facts}</summary>${picture(run, index)}</details>\n`
  }
  return markup`<section><h2>${title}</h2><p class="soft">${facts}</p>${picture(run, index)}</section>\n`
}

function picture (run: RunResult, index: number): Markup {
  return markup`<figure class="timeline">${timeline(run, `run-${index}`)}<figcaption>${legend()}</figcaption></figure>
${run.tasks.map(lastWords)}${duplicates(run)}${cameBack(run)}<details><summary>The same in numbers: tasks and routes</summary>${taskTable(run)}${routeTable(run)}</details>\n`
}

function lastWords (task: TaskRecord): Markup | undefined {
  const { healthy, output } = task
  if (output === undefined) return undefined
  return markup`<h3>The last that ${taskName(task)} wrote${healthy === undefined ? ', which never became healthy' : ''}</h3><pre>${
    stripVTControlCharacters(output)}</pre>\n`
}

function cameBack ({ cameBack }: RunResult): Markup | undefined {
  if (cameBack.length === 0) return undefined
  return markup`<p>Answered on a new connection after a node had found the listener closed: ${cameBack.map((task) => `task ${task}`).join(', ')}.</p>\n`
}

function duplicates ({ duplicates }: RunResult): Markup | undefined {
  if (duplicates.length === 0) return undefined
  const more = duplicates.length > 10 ? ` and ${count(duplicates.length - 10)} more` : ''
  return markup`<p>Done more than once: ${duplicates.slice(0, 10).join(', ')}${more}.</p>\n`
}

import { printedSimulation, readSimulation, simulate as play, simulationDefaults, type SimulationOptions } from '../rehearsal/index'
import type { Arguments } from './arguments'
import { readConfig } from './config-file'
import { ended, type Terminal } from './terminal'
import { Wrong } from './wrong'

/**
 * Plays the rollouts of arguments and file on paper. What the file says for the rehearsal alone is left aside; on the
 * command line it is refused, for whoever gives it expects something of it.
 */
export async function simulate ({ options, config, report, json }: Pick<Arguments, 'options' | 'config' | 'report' | 'json'>, terminal: Terminal): Promise<number> {
  const stray = Object.keys(options).find((name) => !isKnown(name)) ?? (report === undefined ? undefined : 'report')
  if (stray !== undefined) throw new Wrong(`${stray} has no meaning with --simulate`)

  const file = readConfig(config, (given) => readSimulation(known(given)))
  const result = await play({ ...known(file.options), ...options })
  return ended(terminal.stdout, json ? `${JSON.stringify(result)}\n` : `${printedSimulation(result)}\n`, 0)
}

function isKnown (name: string): boolean {
  return Object.hasOwn(simulationDefaults, name)
}

function known (options: object): SimulationOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => isKnown(name)))
}

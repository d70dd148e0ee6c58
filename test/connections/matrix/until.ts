import { turn } from '../../helpers/turn'

/** Resolves in the turn of the loop in which `isSo`. */
export async function until (isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn()
}

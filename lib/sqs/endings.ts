import type { Message } from '@aws-sdk/client-sqs'

import { byGroup } from './by-group'
import { isGone, type Outcome } from './calls'
import type { Dealings } from './dealings'
import type { Lease } from './lease'
import { persist } from './persist'
import { retryAfter } from './retry-after'

// What is done to a message that is held no more. Each is tried until it has succeeded, or cannot, or there is no more time for it.

/** Deletes a message that was handled, whoever may have it by now: it is done. False if that could not be. */
export async function remove (message: Message, { calls, clock, log, tally }: Dealings): Promise<boolean> {
  const failed = (error: Error): void => log.undeleted(message, error, 'it is tried again')
  const error = await persist(() => calls.remove(message), { clock, enough: calls.enough, failed })
  if (error) log.undeleted(message, error, 'it may come again')
  else tally.handled++
  return !error
}

/** Shows messages to others; those of each group of a FIFO queue one by one, the last first, so that nobody gets them in another order. */
export async function show (leases: readonly Lease[], dealings: Dealings): Promise<void> {
  const one = async (lease: Lease): Promise<void> => {
    const error = await hide(lease, 0, dealings)
    if (!error) dealings.tally.handedBack++
    else if (!isGone(error)) dealings.log.unreturned(lease.message, error)
  }
  const group = async (leases: readonly Lease[]): Promise<void> => {
    for (const lease of leases.toReversed()) await one(lease)
  }
  if (dealings.settings.fifo) await Promise.all(byGroup(leases, ({ message }) => message).map(group))
  else await Promise.all(leases.map(one))
}

/** Has a message that failed come again when it is to. */
export async function retry (lease: Lease, error: unknown, dealings: Dealings): Promise<void> {
  const { settings, log } = dealings
  const seconds = retryAfter(settings.retryAfterSeconds, lease.message, error, log)
  if (seconds !== undefined) await hide(lease, seconds, dealings)
}

/** A receipt may be good for longer than the time that was asked for: what others may have by now is left to them. */
async function hide (lease: Lease, seconds: number, { calls, clock }: Dealings): Promise<Outcome> {
  return await persist(async () => lease.holds ? await calls.hide(lease.message, seconds) : expired, { clock, enough: calls.enough })
}

const expired = Object.assign(new Error('its visibility timeout is over'), { name: 'ReceiptHandleExpired' })

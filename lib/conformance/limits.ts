// How long is waited for what, in milliseconds. What a server may take is longer than any needs on a loaded machine.

/** For an answer that comes at once. */
export const ANSWER = 5_000
/** After so long without an answer or an end, a connection that came at a bad moment hangs. */
export const PATIENCE = 2_000
/** For a connection to be made by a kernel that is asked directly. */
export const CONNECT = 2_000
/** How often the health route is asked: ten times as often as a balancer at its fastest. */
export const HEALTH_EVERY = 40
/** After that long the signal has been handled, whatever the health route says. */
export const NOTICED = 1_000
/** How long before the expected closing of the listener a process stands still, at least, and twice as long after it. */
export const AROUND = 250
/** How long after it goes on the listener must be closed for the instant to count as met: longer, and it was met by answers only. */
export const CLOSES = 500
/** Within half of the least that a slow answer takes, or what the signal does to it might come too late to be seen. */
export const SOON = 250
/** How often an instant is tried for. */
export const TRIES = 3
/** By how much a connection may delay the exit: what Fastify, nginx and Go need to sweep is far below. */
export const HOLDS = 5_000
/** Between two steps of something that trickles. */
export const STEP = 150
/** How often the state of a listener is looked up. */
export const LOOK = 25

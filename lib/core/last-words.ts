/** How long before the force point uploads are told that they will be cut. */
export const LAST_WORDS = 1_000

/** How long a goodbye hook that is waited for may hold up the close frame behind it. */
export const HOOK = 1_000
/** How long a client may need to hear a close frame and to answer it. */
export const ROUND_TRIP = 500

/** How long before the force point the last WebSocket is told at the latest, or its close frame would come after the cut. */
export const LAST_GOODBYE = HOOK + ROUND_TRIP

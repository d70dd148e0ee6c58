'use strict'

const { monitorEventLoopDelay } = require('node:perf_hooks')

/** A turn that was this late is kept, with what it cost. */
const NOTED = 10

/** Milliseconds on the clock that all processes of the machine share. */
function monotonic () {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Milliseconds of CPU that the process has used. */
function cpu () {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/**
 * Watches how long the event loop stands still, twice: Node's histogram does not depend on our timer, and the timer says when it was, and
 * how much of it the process spent on the CPU. What it did not spend there was somebody else's on a busy machine.
 */
function watchLoop () {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  const blocks = []
  let last = monotonic()
  let used = cpu()

  const tick = () => {
    const now = monotonic()
    const usedNow = cpu()
    if (now - last >= NOTED) blocks.push({ at: last, length: now - last, cpu: Math.min(usedNow - used, now - last) })
    last = now
    used = usedNow
  }
  setInterval(tick, 1).unref()

  return {
    /** Forgets what was before. */
    reset () {
      histogram.reset()
    },
    /** What there was until now, the turn that is under way included. */
    read () {
      tick()
      return { delay: histogram.max / 1e6, blocks }
    }
  }
}

module.exports = { monotonic, watchLoop }

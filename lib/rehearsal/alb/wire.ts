/** One direction of a wire: what is put in arrives `delay` milliseconds later (a timer's: at least one), in order. */
export class Wire {
  readonly #delay: number
  readonly #underWay = new Set<NodeJS.Timeout>()

  constructor (delay: number) {
    this.#delay = delay
  }

  carry (arrive: () => void): void {
    const timer = setTimeout(() => { // timers of one duration fire in the order in which they were set
      this.#underWay.delete(timer)
      arrive()
    }, this.#delay)
    this.#underWay.add(timer)
  }

  /** What is under way never arrives. */
  cut (): void {
    for (const timer of this.#underWay) clearTimeout(timer)
    this.#underWay.clear()
  }
}

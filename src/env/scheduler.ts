/** A pending timer. Cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void
}

/** Deferred work. Nothing outside env/ calls setTimeout, setInterval or setImmediate. */
export interface Scheduler {
  /** Calls `work` once, not earlier than `delayMs` from now (any length). A timer does not keep the process alive. */
  after(delayMs: number, work: () => void): Timer
  /**
   * Calls `work` every `periodMs`, at least 1, until cancelled. Periods that a busy process missed are skipped. A timer
   * does not keep the process alive.
   */
  every(periodMs: number, work: () => void): Timer
  /** Calls `work` once, after the input that is already waiting in this turn of the event loop was handled. */
  endOfTurn(work: () => void): void
}

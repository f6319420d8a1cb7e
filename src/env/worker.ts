/** A thread that was started, as its starter sees it. Messages arrive in the order in which they were posted. */
export interface WorkerThread {
  /** Copies the message over; buffers in `transfer` are moved instead and are unusable here afterwards. */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void
  /** Stops the thread wherever it is. */
  terminate(): Promise<void>
}

export interface WorkerEvents {
  readonly onMessage: (message: unknown) => void
  /** Called once, when the thread is gone; with the error that it died of, or null when it ended by itself. */
  readonly onExit: (error: Error | null) => void
}

export interface WorkerOptions {
  /** Name for debuggers and `top -H`. */
  readonly name: string
  /** Handed to the thread as it starts. */
  readonly data: unknown
  /** Its JavaScript heap; beyond it the thread dies, and nothing else. */
  readonly heapBytes: number
}

/** The other end of a WorkerThread, within the thread. */
export interface WorkerPort {
  readonly data: unknown
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void
  onMessage(listener: (message: unknown) => void): void
  /** No message is taken any more; the thread ends when it has nothing else to do. */
  close(): void
}

import { destination, type DestinationStream } from 'pino'
import { prettyLine } from './log-pretty.ts'

/** Where log lines go. Disposing of it writes out what is pending. */
export interface LogDestination extends DestinationStream, Disposable {}

export interface OutputOptions {
  /** The setting `log.format`. */
  readonly format: 'auto' | 'json' | 'pretty'
  /** Whether file descriptor 1 is a terminal. */
  readonly isTerminal: boolean
  readonly colour: boolean
}

/** Standard output, as JSON lines or for people. Writing never blocks the event loop; lines stay in order. */
export function standardOutput(options: OutputOptions): LogDestination {
  const output = destination({ fd: 1, sync: false })
  const pretty = options.format === 'pretty' || (options.format === 'auto' && options.isTerminal)
  return {
    write: (line) => output.write(pretty ? prettyLine(line, options.colour) : line),
    [Symbol.dispose]: () => output.flushSync(),
  }
}

import { pino, type DestinationStream, type Logger as Pino } from 'pino'
import type { Clock } from '../env/clock.ts'
import { plainFields, type LogFields } from './log-fields.ts'

export type MessageLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'
export type LogLevel = MessageLevel | 'silent'

/**
 * Writes the messages of one component. Messages are lower-case and constant; what varies goes into the fields, so that
 * lines can be grouped and filtered. A field named `error` may hold an Error.
 */
export interface Log {
  trace(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  fatal(message: string, fields?: LogFields): void
  /** Whether messages of the level are written, for callers whose fields are costly. */
  enabled(level: MessageLevel): boolean
}

export interface LogLevels {
  readonly level: LogLevel
  /** Levels of single components, which win over `level` both ways. */
  readonly components: ReadonlyMap<string, LogLevel>
}

export interface LogOptions extends LogLevels {
  readonly clock: Clock
  /** Takes each line, a JSON object with a line feed. */
  readonly destination: DestinationStream
  /** Told of each written message, for metrics. */
  readonly onMessage?: (level: MessageLevel) => void
}

/** Makes the logs of all components and can change their levels while they are in use. */
export class LogSystem {
  readonly #root: Pino
  readonly #loggers = new Map<string, Pino>()
  readonly #onMessage: (level: MessageLevel) => void
  #levels: LogLevels

  constructor(options: LogOptions) {
    const { clock } = options
    this.#levels = options
    this.#onMessage = options.onMessage ?? ((): void => undefined)
    this.#root = pino(
      {
        base: null,
        messageKey: 'message',
        timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
      },
      options.destination,
    )
  }

  /** The log of a component: a lower-case noun such as `wal` or `group`. */
  component(name: string): Log {
    let logger = this.#loggers.get(name)
    if (logger === undefined) {
      logger = this.#root.child({ component: name })
      logger.level = this.#levelOf(name)
      this.#loggers.set(name, logger)
    }
    return makeLog(logger, this.#onMessage)
  }

  /** Changes the levels of all logs that were made and will be made. */
  setLevels(levels: LogLevels): void {
    this.#levels = levels
    for (const [name, logger] of this.#loggers) logger.level = this.#levelOf(name)
  }

  #levelOf(component: string): LogLevel {
    return this.#levels.components.get(component) ?? this.#levels.level
  }
}

function makeLog(logger: Pino, onMessage: (level: MessageLevel) => void): Log {
  const write = (level: MessageLevel, message: string, fields: LogFields | undefined): void => {
    if (!logger.isLevelEnabled(level)) return
    onMessage(level)
    if (fields === undefined) logger[level](message)
    else logger[level](plainFields(fields), message)
  }
  return {
    trace: (message, fields) => write('trace', message, fields),
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    fatal: (message, fields) => write('fatal', message, fields),
    enabled: (level) => logger.isLevelEnabled(level),
  }
}

/** Reads the setting `log.components`, whose elements were checked to be `component=level`. */
export function componentLevels(elements: readonly string[]): Map<string, LogLevel> {
  const levels = new Map<string, LogLevel>()
  for (const element of elements) {
    const [component = '', level = ''] = element.split('=')
    if (isLogLevel(level)) levels.set(component, level)
  }
  return levels
}

const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

function isLogLevel(text: string): text is LogLevel {
  return LEVELS.includes(text)
}

/** What a command ends with: 0 done, 1 it failed, 2 it was asked for something that cannot be. */
export type ExitCode = 0 | 1 | 2

/** A failure that is told to the user as one sentence. */
export class CliError extends Error {
  readonly exitCode: ExitCode
  constructor(message: string, exitCode: ExitCode = 1, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CliError'
    this.exitCode = exitCode
  }
}

/** A failure of the command line itself: a wrong option, argument or value. */
export function usageError(message: string): CliError {
  return new CliError(message, 2)
}

/** Errors that other modules expect carry a stable `code`; anything else is a defect and is shown with its stack. */
export function describeError(error: unknown): { readonly text: string; readonly exitCode: ExitCode } {
  if (error instanceof CliError) return { text: error.message, exitCode: error.exitCode }
  if (error instanceof Error && 'code' in error) {
    return { text: error.message, exitCode: error.name === 'ConfigError' ? 2 : 1 }
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { text: `this should not have happened, please report it:\n${stack}`, exitCode: 1 }
}

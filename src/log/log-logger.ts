/** What the log says to people. A component logger of the telemetry module fits. */
export interface LogLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

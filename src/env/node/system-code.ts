/** The system's code of a failed call, such as `ENOENT`; the error in words when it has none. */
export function systemCodeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return String(error)
}

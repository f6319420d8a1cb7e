export const NDJSON_TYPE = 'application/x-ndjson'

/** Whether the Accept header names the type; wildcards do not count, since JSON serves those. */
export function accepts(accept: string | undefined, type: string): boolean {
  return (
    accept !== undefined &&
    accept
      .toLowerCase()
      .split(',')
      .some((range) => range.split(';', 1)[0]?.trim() === type)
  )
}

/** The type of a Content-Type header without its parameters. */
export function mediaType(contentType: string | undefined): string {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

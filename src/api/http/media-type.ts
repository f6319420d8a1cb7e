/** How answers with a record in each line are called. */
export const NDJSON_TYPE = 'application/x-ndjson'

/** What such bodies are called; there is no standard. */
export const ndjsonTypes: readonly string[] = [
  NDJSON_TYPE,
  'application/ndjson',
  'application/jsonl',
  'application/jsonlines',
]

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

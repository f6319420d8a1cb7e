import type { PrintableRecord } from './record-format.ts'

/**
 * A record as JSON; this form is documented and stable. Bytes that are no UTF-8 cannot be a JSON string, so they stand in base64
 * under `keyBase64`, `valueBase64` in place of `key`, `value`. A null key or value is null.
 */
export function recordToJson(record: PrintableRecord, metaOnly: boolean): Record<string, unknown> {
  return {
    topic: record.topic,
    ...textOrBase64('key', record.key),
    ...(metaOnly ? { value_size: record.value?.length ?? 0 } : textOrBase64('value', record.value)),
    ...(record.headers.length === 0
      ? {}
      : { headers: record.headers.map(({ key, value }) => ({ key, ...textOrBase64('value', value) })) }),
    timestamp: record.timestamp,
    partition: record.partition,
    offset: record.offset,
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOrBase64(name: string, bytes: Buffer | null): Record<string, string | null> {
  if (bytes === null) return { [name]: null }
  try {
    return { [name]: utf8.decode(bytes) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { [`${name}Base64`]: bytes.toString('base64') }
  }
}

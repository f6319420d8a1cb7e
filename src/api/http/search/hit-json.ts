import { isUtf8 } from 'node:buffer'
import type { EngineHit } from '../../../search/engine/engine-request.ts'
import { formatTimestamp } from '../timestamp.ts'

/**
 * A hit as one line of JSON, without a line feed. JSON in values is passed on as it is, so that its numbers keep their digits; the
 * engine has checked it.
 */
export function hitJson(hit: EngineHit): string {
  const { timestamp } = hit
  const time = formatTimestamp(timestamp)
  const headers = hit.headers.map(
    ({ key, value }) => `{"key":${JSON.stringify(key)},${member('value', value, false)}}`,
  )
  const rest = JSON.stringify({
    score: hit.score,
    sort: hit.sort,
    highlight: hit.highlight,
    explanation: hit.explanation,
  })
  const place = `"topic":${JSON.stringify(hit.topic)},"partition":${hit.partition},"offset":${hit.offset}`
  const when = `"timestamp":${timestamp < 0 ? 'null' : timestamp},"time":${JSON.stringify(time)}`
  return `{${place},${when},${member('key', hit.key, false)},${member('value', hit.value, hit.valueIsJson)},"headers":[${headers.join()}],${rest.slice(1)}`
}

function member(name: string, bytes: Buffer | null, isJson: boolean): string {
  if (bytes === null) return `"${name}":null,"${name}Encoding":null`
  // A line feed in JSON can only stand between tokens.
  if (isJson) return `"${name}":${bytes.toString().replaceAll(/[\r\n]+[ \t]*/g, '')},"${name}Encoding":"json"`
  if (isUtf8(bytes)) return `"${name}":${JSON.stringify(bytes.toString())},"${name}Encoding":"text"`
  return `"${name}":"${bytes.toString('base64')}","${name}Encoding":"base64"`
}

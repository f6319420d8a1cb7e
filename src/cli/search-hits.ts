import { table, writeData } from './output.ts'

export type HitFormat = 'text' | 'json' | 'table'

/** A hit as the HTTP API answers with it. */
export interface FoundHit {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly time: string | null
  readonly key: unknown
  readonly value: unknown
}

const columnsMax = 12
const cellCharactersMax = 60

/** Prints hits as they come: `text` and `json` one in each line, `table` with a column for each field of the values. */
export function hitPrinter(format: HitFormat): (hits: readonly FoundHit[]) => Promise<void> {
  switch (format) {
    case 'json':
      return async (hits) => {
        for (const hit of hits) await writeData(`${JSON.stringify(hit)}\n`)
      }
    case 'text':
      return async (hits) => {
        for (const hit of hits) await writeData(`${textOf(hit)}\n`)
      }
    case 'table':
      return async (hits) => await writeData(tableOf(hits))
  }
}

function textOf({ time, topic, partition, offset, key, value }: FoundHit): string {
  const keyText = key === null ? '' : ` ${shown(key)}`
  return `${time ?? '-'} ${topic}/${partition}@${offset}${keyText} ${shown(value)}`
}

function tableOf(hits: readonly FoundHit[]): string {
  const names = new Set<string>()
  for (const { value } of hits)
    for (const name of Object.keys(fieldsOf(value))) if (names.size < columnsMax) names.add(name)
  const header = ['TIME', 'PLACE', ...names]
  const rows = hits.map(({ time, topic, partition, offset, value }) => {
    const fields = fieldsOf(value)
    const cells = [...names].map((name) => (fields[name] === undefined ? null : cut(shown(fields[name]))))
    return [time, `${topic}/${partition}@${offset}`, ...cells]
  })
  return table(header, rows)
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  return { value }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function cut(text: string): string {
  return text.length <= cellCharactersMax ? text : `${text.slice(0, cellCharactersMax - 1)}…`
}

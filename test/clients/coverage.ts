import { handlerFor } from '../../src/broker/handlers.ts'
import { apiTable } from '../../src/protocol/api-keys.ts'
import type { ClientResult } from './results.ts'

export interface Coverage {
  /** A line for each API that the server advertises: which of its versions some client used, and which none did. */
  readonly table: string
  readonly used: number
  /** Versions that are served. Produce 0 to 2 are advertised and refused, as in Kafka. */
  readonly all: number
}

export function coverageOf(results: readonly ClientResult[]): Coverage {
  const requests = new Set(
    results.flatMap((result) => result.requests.map((line) => line.replace(/ ×\d+$/, ''))),
  )
  let used = 0
  let all = 0
  const lines = apiTable
    .filter(({ key }) => handlerFor(key) !== undefined)
    .map(({ name, versions: [from, to] }) => {
      const versions = Array.from({ length: to - from + 1 }, (_, index) => from + index)
      const missing = versions.filter((version) => !requests.has(`${name} v${version}`))
      used += versions.length - missing.length
      all += versions.length
      const unused = missing.length === 0 ? 'every version' : `not ${missing.join(' ')}`
      return `  ${name.padEnd(28)} ${`${from}-${to}`.padEnd(6)} ${unused}`
    })
  const sum = `  ${used} of ${all} served versions of ${lines.length} APIs were used by a client`
  return { table: [...lines, sum].join('\n'), used, all }
}

import { handlerFor } from '../../src/broker/handlers.ts'
import { apiTable } from '../../src/protocol/api-keys.ts'
import type { ClientResult } from './results.ts'

/** A line for each API that the server advertises: which of its versions some client used, and which none did. */
export function coverageTable(results: readonly ClientResult[]): string {
  const used = new Map<string, Map<number, string[]>>()
  for (const { name, requests } of results) {
    for (const request of requests) {
      const [, api = '', version = ''] = /^(\S+) v(\d+) /.exec(request) ?? []
      const versions = used.get(api) ?? new Map<number, string[]>()
      used.set(api, versions.set(Number(version), [...(versions.get(Number(version)) ?? []), name]))
    }
  }
  let covered = 0
  let all = 0
  const lines = apiTable
    .filter(({ key }) => handlerFor(key) !== undefined)
    .map(({ name, advertised: [from, to] }) => {
      const versions = Array.from({ length: to - from + 1 }, (_, index) => from + index)
      const seen = versions.filter((version) => used.get(name)?.has(version) === true)
      covered += seen.length
      all += versions.length
      const missing = versions.filter((version) => !seen.includes(version))
      return `  ${name.padEnd(28)} ${`${from}-${to}`.padEnd(6)} used ${seen.join(' ') || '–'}${missing.length === 0 ? '' : `; not ${missing.join(' ')}`}`
    })
  return [
    ...lines,
    `  ${covered} of ${all} advertised versions of ${lines.length} APIs were used by a client`,
  ].join('\n')
}

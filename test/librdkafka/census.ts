import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { leftOut, tests } from './tests.ts'

/** Flags of tests that run against a broker of their own, by hand, or are known to fail. */
const notOurs = /TEST_F_(LOCAL|MANUAL|KNOWN_ISSUE)\b/
const shareGroups = /share_consumer/

/** Tests of the runner that a new release brought: they need a broker, and no list of ours names them. */
export function unknownTests(folder: string): readonly string[] {
  const source = readFileSync(join(folder, 'test.c'), 'utf8')
  const entries = source.matchAll(/_TEST\((\w+),\s*([\w\s|]+?)\s*[,)]/g)
  const known = new Set([...tests.map(({ name }) => name), ...Object.keys(leftOut)])
  return [...entries].flatMap(([, name = '', flags = '']) =>
    known.has(name) || notOurs.test(flags) || shareGroups.test(name) || name === 'NAME' ? [] : [name],
  )
}

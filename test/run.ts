/**
 * `npm test`: the tests beside the code, the rules of the tree, types and lint. `npm test -- wal fetch` takes only the files
 * whose path has one of the words. Prints a line per file as it ends, every failure in full, and node's summary last.
 */
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from 'node:test'
import { reportTests } from './support/report-tests.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const CONCURRENCY = 2
/** No test takes this long: one that does hangs, and is to be named instead of waited for. */
const TEST_TIMEOUT_MS = 120_000

const words = process.argv.slice(2)
const files = globSync(['test/*.test.ts', '{src,bench,scripts}/**/*.test.ts', 'test/*/**/*.test.ts'], {
  cwd: ROOT,
})
  .toSorted()
  // These need a browser: `npm run test:console`.
  .filter((file) => !file.startsWith('test/console/'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))

if (files.length === 0) {
  console.error(`no test file has ${words.map((word) => `'${word}'`).join(' or ')} in its path`)
  process.exitCode = 1
} else {
  console.log(
    `running ${files.length} test files, ${CONCURRENCY} at a time, on Node ${process.versions.node}`,
  )
  const stream = run({ cwd: ROOT, files, concurrency: CONCURRENCY, timeout: TEST_TIMEOUT_MS })
  const passed = await reportTests(stream, files.length, ROOT, (line) => console.log(line))
  process.exitCode = passed ? 0 : 1
}

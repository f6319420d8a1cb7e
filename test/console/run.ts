/**
 * `npm run test:console`: the built console in a real browser, against a real server. Screenshots go to $CONSOLE_SCREENSHOTS, else to a
 * folder of the system's temporary one. `npm run test:console -- explore` takes only the files whose name has the word.
 */
import { globSync } from 'node:fs'
import { run } from 'node:test'
import { fileURLToPath } from 'node:url'
import { reportTests } from '../support/report-tests.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const TEST_TIMEOUT_MS = 900_000

const words = process.argv.slice(2)
const files = globSync('test/console/*.test.ts', { cwd: ROOT })
  .toSorted()
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
if (files.length === 0) throw new Error(`no test file has ${words.join(' or ')} in its name`)

// One browser at a time, so that what is measured is measured alone.
const stream = run({ cwd: ROOT, files, concurrency: 1, timeout: TEST_TIMEOUT_MS })
// What is measured is told, whether or not anything fails.
stream.on('test:stdout', ({ message }) => process.stdout.write(message))
process.exitCode = (await reportTests(stream, files.length, ROOT, (line) => console.log(line))) ? 0 : 1

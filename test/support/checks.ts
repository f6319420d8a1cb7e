import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024

/** A program that judges the whole tree and answers with its exit code. */
export interface Check {
  readonly name: string
  /** The file that Node runs, from the root of the repository, and its arguments. */
  readonly command: readonly [file: string, ...rest: string[]]
  /** What to do when it fails. */
  readonly remedy: string
}

/** What both `npm test` and `npm run check` ask of the tree. */
export const testChecks: readonly Check[] = [
  {
    name: 'types',
    command: ['node_modules/typescript/bin/tsc', '-p', '.'],
    remedy: 'Fix what tsc says above; no ts-ignore.',
  },
  {
    name: 'types of the console',
    command: ['node_modules/typescript/bin/tsc', '-p', 'console'],
    remedy: 'Fix what tsc says above; no ts-ignore.',
  },
  {
    name: 'types of the console’s tests',
    command: ['node_modules/typescript/bin/tsc', '-p', 'test/console'],
    remedy: 'Fix what tsc says above; no ts-ignore.',
  },
  {
    name: 'lint',
    command: ['node_modules/oxlint/bin/oxlint'],
    remedy: 'Fix what oxlint says above. A rule is disabled for one line only, with the reason behind `--`.',
  },
  {
    name: 'generated pages',
    command: ['scripts/docs.ts', '--check'],
    remedy: 'Run: sh scripts/node.sh scripts/docs.ts',
  },
]

/** What `npm run check` asks beyond that. */
export const treeChecks: readonly Check[] = [
  ...testChecks,
  {
    name: 'format',
    command: ['node_modules/oxfmt/bin/oxfmt', '--check', '.'],
    remedy: 'Run: npm run format',
  },
  {
    name: 'unused code',
    command: ['node_modules/knip/bin/knip.js'],
    remedy: 'Delete what nobody uses, or stop exporting what only its own file uses.',
  },
  {
    name: 'tidy',
    command: ['--test', '--test-reporter=dot', 'test/tidy.test.ts'],
    remedy: 'Every line above says what to do instead.',
  },
]

export interface CheckResult {
  readonly passed: boolean
  readonly output: string
  readonly durationMs: number
}

/** Runs a check with the Node of this process. It rejects only when the program cannot be started at all. */
export function runCheck(check: Check): Promise<CheckResult> {
  const startedMs = performance.now()
  return new Promise((resolve, reject) => {
    const options = {
      cwd: ROOT,
      maxBuffer: OUTPUT_BYTES_MAX,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    }
    execFile(process.execPath, check.command, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === 'string') return reject(error)
      const output = `${stdout}${stderr}`.trim()
      resolve({ passed: error === null, output, durationMs: performance.now() - startedMs })
    })
  })
}

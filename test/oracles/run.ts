/**
 * Our answers beside those of programs that others wrote: the Elasticsearch door beside OpenSearch.
 *
 *   npm run test:oracles -- [--runs 25] [--seed 1] [--only WORD] [--survey]
 */
import { parseArgs } from 'node:util'
import { startChronik } from '../support/chronik-process.ts'
import { Door } from './door.ts'
import { elasticChecks } from './elastic-checks.ts'
import { startOpenSearch } from './open-search.ts'

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    survey: { type: 'boolean', default: false },
  },
})

let passed = 0
let failed = 0
async function check(name: string, run: () => Promise<string>): Promise<void> {
  if (!name.includes(options.only)) return
  const startedMs = Date.now()
  try {
    const said = await run()
    passed += 1
    console.log(`ok      ${name}: ${said}, ${Math.round((Date.now() - startedMs) / 1000)} s`)
  } catch (error) {
    failed += 1
    console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : String(error)}`)
  }
}

{
  await using oracle = await startOpenSearch()
  await using server = await startChronik()
  const ours = new Door(`http://${server.http}/es`)
  const theirs = new Door(oracle.url)
  for (const { name, run } of elasticChecks(ours, theirs))
    await check(name, () =>
      run({ runs: Number(options.runs), seed: Number(options.seed), survey: options.survey }),
    )
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

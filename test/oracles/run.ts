/**
 * Our answers beside those of programs that others wrote: the Elasticsearch door beside OpenSearch, hits and scores beside Tantivy, and the
 * relevance of both and ours on the Cranfield collection, which CRANFIELD names. Without that variable the relevance is not
 * measured and the suite fails, unless --only leaves it out. OpenSearch comes from Maven Central, Tantivy from npm.
 *
 *   npm run test:oracles -- [--runs 25] [--seed 1] [--only WORD] [--survey]
 */
import { parseArgs } from 'node:util'
import { startChronik } from '../support/chronik-process.ts'
import { compareAnalyzers } from './analyzer-check.ts'
import { Door } from './door.ts'
import { elasticChecks } from './elastic-checks.ts'
import { startOpenSearch } from './open-search.ts'
import { compareRelevance } from './relevance-check.ts'
import { compareWithTantivy } from './tantivy-check.ts'

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    survey: { type: 'boolean', default: false },
  },
})
const runs = Number(options.runs)
const seed = Number(options.seed)

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
  // Small index files, so that sealed and merged ones are searched too.
  await using server = await startChronik(['--set', 'search.segment.bytes=65536'])
  const ours = new Door(`http://${server.http}/es`)
  const theirs = new Door(oracle.url)
  await check('relevance', () => compareRelevance(ours, theirs))
  await check('tantivy', () => compareWithTantivy(ours, seed))
  await check('analyzers', () => compareAnalyzers(ours, theirs, runs * 20, seed))
  for (const { name, run } of elasticChecks(ours, theirs))
    await check(name, () => run({ runs, seed, survey: options.survey }))
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/**
 * Unmodified clients of Elasticsearch against a real server: JavaScript and Python, of versions 8 and 9, and curl. They are installed
 * into the cache of test:clients.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { here, installNpm, installPython } from '../clients/install.ts'
import { startChronik } from '../support/chronik-process.ts'
import { curlScenarios } from './curl-scenarios.ts'
import { openClient, scenarios } from './js-scenarios.ts'

const execute = promisify(execFile)

const packages = {
  elastic8: 'npm:@elastic/elasticsearch@8.19.1',
  elastic9: 'npm:@elastic/elasticsearch@9.5.1',
}

let failed = 0
let passed = 0

async function scenario(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
    passed += 1
    console.log(`ok      ${name}`)
  } catch (error) {
    failed += 1
    console.log(`FAILED  ${name}`)
    console.log(error)
  }
}

const javascript = await installNpm('elastic-js', packages)
const python = {
  8: await installPython(here('../elastic/python/requirements-8.txt'), 'elastic-python-8'),
  9: await installPython(here('../elastic/python/requirements-9.txt'), 'elastic-python-9'),
}

const server = await startChronik()
try {
  const url = `http://${server.http}/es`
  for (const name of Object.keys(packages)) {
    const client = await openClient(javascript, name, url)
    for (const [title, run] of scenarios) await scenario(`${name}: ${title}`, () => run(client))
    await client.close()
  }
  for (const [version, interpreter] of Object.entries(python)) {
    await scenario(`python ${version}`, async () => {
      const { stdout } = await execute(interpreter, [here('../elastic/python/scenarios.py'), url])
      for (const line of stdout.trim().split('\n')) console.log(`        ${line}`)
    })
  }
  for (const [title, run] of curlScenarios) await scenario(`curl: ${title}`, () => run(server.http))
} finally {
  await server[Symbol.asyncDispose]()
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

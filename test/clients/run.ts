/**
 * `npm run test:clients`: real Kafka clients in several languages and versions against `bin/chronik`, every record compared
 * byte by byte. `-- java kcat` takes only the clients whose name has one of the words. With CHRONIK_TEST_BROKERS=host:port
 * the same programs run against that broker instead, for instance Apache Kafka. What is missing is installed into
 * ~/.cache/chronik-test; a client that can not be installed is a failure.
 */
import { spawn } from 'node:child_process'
import { startChronik } from '../support/chronik-process.ts'
import { clients, type Client } from './clients.ts'
import { coverageOf } from './coverage.ts'
import { readRequestCounts, requestsBetween } from './request-counts.ts'
import { type ClientResult, scenarioTable } from './results.ts'

const CLIENT_TIMEOUT_MS = 300_000
const brokers = process.env['CHRONIK_TEST_BROKERS']
const words = process.argv.slice(2)
const chosen = clients.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
const results: ClientResult[] = []

if (brokers === undefined) {
  await using server = await startChronik()
  for (const client of chosen) results.push(await runClient(client, server.kafka, server.http))
} else {
  for (const client of chosen) results.push(await runClient(client, brokers, null))
}

console.log(`\n${scenarioTable(results)}`)
if (brokers === undefined) {
  console.log('\nRequests by client (times):')
  for (const { name, requests } of results) console.log(`  ${name.padEnd(16)} ${requests.join(', ')}`)
  const { table, used, all } = coverageOf(results)
  console.log(`\nVersions of each API that some client used:\n${table}`)
  if (words.length === 0) {
    const detail =
      used === all ? '' : `${all - used} of ${all} versions that are served were used by no client`
    results.push({
      name: 'all clients',
      requests: [],
      scenarios: [{ scenario: 'every version', ok: used === all, ms: 0, detail }],
    })
  }
}
const outcomes = results.flatMap(({ scenarios }) => scenarios)
for (const { name, scenarios } of results) {
  for (const { scenario, ok, detail } of scenarios) if (!ok) console.log(`✖ ${name}, ${scenario}: ${detail}`)
}
const failed = outcomes.filter(({ ok }) => !ok).length
console.log(`${outcomes.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 && outcomes.length > 0 ? 0 : 1

async function runClient(client: Client, kafka: string, http: string | null): Promise<ClientResult> {
  console.log(`${client.name} …`)
  const startedMs = Date.now()
  const before = http === null ? new Map<string, number>() : await readRequestCounts(http)
  const scenarios = await runScenarios(client, kafka).catch((error: unknown) => [
    failure('install', String(error)),
  ])
  const requests = http === null ? [] : requestsBetween(before, await readRequestCounts(http))
  const passed = scenarios.filter(({ ok }) => ok).length
  console.log(
    `${passed === scenarios.length ? '✔' : '✖'} ${client.name}: ${passed} of ${scenarios.length} scenarios, ${Math.round((Date.now() - startedMs) / 1000)} s`,
  )
  return { name: client.name, scenarios, requests }
}

async function runScenarios(client: Client, kafka: string): Promise<ClientResult['scenarios']> {
  const { command, args, rest = [] } = await client.install()
  const prefix = `${client.name.replaceAll(/[^a-z0-9]/g, '-')}-${Date.now().toString(36)}`
  const child = spawn(command, [...args, kafka, prefix, ...rest], { timeout: CLIENT_TIMEOUT_MS })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  )
  const scenarios = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as ClientResult['scenarios'][number])
  const complete = code === 0 || scenarios.some(({ ok }) => !ok)
  return complete && scenarios.length > 0
    ? scenarios
    : [...scenarios, failure('end', `the program ended with ${code}: ${stderr.slice(-2000)}`)]
}

function failure(scenario: string, detail: string): ClientResult['scenarios'][number] {
  return { scenario, ok: false, ms: 0, detail }
}

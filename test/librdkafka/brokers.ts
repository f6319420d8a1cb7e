import { startKafka } from '../../bench/peer/kafka.ts'
import { startChronik } from '../support/chronik-process.ts'
import type { Scenario } from './tests.ts'
import { join } from 'node:path'

export type SystemName = 'chronik' | 'kafka'

/** What the tests expect of their brokers, in the words of librdkafka's own scenarios. */
function settings(scenario: Scenario): Readonly<Record<string, string>> {
  return {
    'num.partitions': '4',
    'auto.create.topics.enable': String(scenario === 'default'),
    'group.initial.rebalance.delay.ms': '0',
  }
}

/** Starts a broker for a scenario; gives its address. It ends with the stack. */
export async function startBroker(
  system: SystemName,
  scenario: Scenario,
  folder: string,
  resources: AsyncDisposableStack,
): Promise<string> {
  const set = settings(scenario)
  if (system === 'chronik') {
    const given = Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`])
    const server = resources.use(await startChronik(given))
    return server.kafka
  }
  const server = await startKafka({ dataDir: join(folder, `kafka-${scenario}`), set })
  resources.defer(() => server.kill())
  return `${server.host}:${server.port}`
}

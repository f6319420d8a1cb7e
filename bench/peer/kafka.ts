import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeEnv } from '../../src/env/node/env.ts'
import { ClusterClient } from '../../src/client/cluster-client.ts'
import { ConnectionError } from '../../src/client/connection-error.ts'
import type { BrokerSettings, RunningBroker } from '../brokers/broker.ts'
import { startBroker } from '../brokers/broker-process.ts'
import { keptPorts } from '../brokers/ports.ts'
import { kafkaClassPath } from './install.ts'

/** The flags with which Kafka's own scripts start a broker, heap of 1 GiB included. */
const javaFlags = [
  '-Xms1g',
  '-Xmx1g',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-Djava.awt.headless=true',
]

/**
 * Starts one Kafka node that is broker and controller, with Kafka's defaults; what differs is what a single node needs, and
 * that deleted topics leave the disk after a second, so that rounds do not fill it.
 */
export async function startKafka({ dataDir, set }: BrokerSettings): Promise<RunningBroker> {
  mkdirSync(dataDir, { recursive: true })
  const logs = join(dataDir, 'logs')
  const properties = join(dataDir, 'server.properties')
  const logging = join(dataDir, 'log4j2.properties')
  const [port = 0, controllerPort = 0] = await keptPorts(dataDir, 2)
  writeFileSync(properties, lines({ ...singleNode(logs, port, controllerPort), ...set }))
  writeFileSync(logging, lines(loggingToStderr))
  const java = ['-cp', kafkaClassPath('server'), `-Dlog4j2.configurationFile=${logging}`]
  if (!existsSync(join(logs, 'meta.properties'))) {
    const format = ['kafka.tools.StorageTool', 'format', '--standalone', '-t', clusterId, '-c', properties]
    execFileSync('java', [...java, ...format], { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return startBroker({
    system: 'kafka',
    program: 'java',
    args: [...javaFlags, ...java, 'kafka.Kafka', properties],
    host: '127.0.0.1',
    dataDir: logs,
    logFile: join(dataDir, 'kafka.log'),
    isReady: async () => ((await answers(port)) ? port : null),
  })
}

/** Any id will do: no two clusters here ever meet. */
const clusterId = 'Y2hyb25pay1iZW5jaC0xMA'

const loggingToStderr = {
  status: 'error',
  'appender.console.type': 'Console',
  'appender.console.name': 'console',
  'appender.console.target': 'SYSTEM_ERR',
  'appender.console.layout.type': 'PatternLayout',
  'appender.console.layout.pattern': '%d %p %c: %m%n',
  'rootLogger.level': 'warn',
  'rootLogger.appenderRef.console.ref': 'console',
}

function singleNode(logs: string, port: number, controllerPort: number): Record<string, string> {
  const controller = `127.0.0.1:${controllerPort}`
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'log.dirs': logs,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://${controller}`,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': controller,
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'log.segment.delete.delay.ms': '1000',
  }
}

function lines(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

/** Whether a broker negotiates versions on this port. */
async function answers(port: number): Promise<boolean> {
  await using client = new ClusterClient(nodeEnv(), [{ host: '127.0.0.1', port }], { retryTimeoutMs: 0 })
  try {
    await client.anyConnection()
    return true
  } catch (error) {
    if (error instanceof ConnectionError) return false
    throw error
  }
}

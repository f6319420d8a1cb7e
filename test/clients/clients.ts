import { here, installDebian, installGo, installJars, installNodeRdKafka, installPython } from './install.ts'

/** A client library in one version, as a program that runs the scenarios against a broker. */
export interface Client {
  readonly name: string
  /** Installs what the program needs and gives the command; bootstrap server and prefix are appended, then `rest`. */
  readonly install: () => Promise<{
    readonly command: string
    readonly args: readonly string[]
    readonly rest?: readonly string[]
  }>
}

const TOOLS_VERSION = '4.3.1'

function java(version: string): Client {
  return {
    name: `java ${version}`,
    install: async () => {
      const jars = await installJars('java', here('java/pom.xml'), version)
      return { command: 'java', args: ['-cp', `${jars}/*`, here('java/ClientProgram.java')] }
    },
  }
}

function python(name: string, file: string): Client {
  return {
    name,
    install: async () => ({
      command: await installPython(here('python/requirements.txt')),
      args: ['-B', here(`python/${file}`)],
    }),
  }
}

function javascript(name: string, prepare: () => Promise<readonly string[]> = async () => []): Client {
  return {
    name,
    install: async () => ({
      command: process.execPath,
      args: [here(`js/${name}.ts`)],
      rest: await prepare(),
    }),
  }
}

/** Oldest to newest, so that the list shows at a glance where support begins. */
export const clients: readonly Client[] = [
  java('2.1.1'),
  java('2.8.2'),
  java('3.9.1'),
  java('4.4.0'),
  javascript('kafka-tools', async () => [
    await installJars('kafka-tools', here('tools/pom.xml'), TOOLS_VERSION),
  ]),
  javascript('kcat', async () => {
    await installDebian('kcat', 'kcat')
    return []
  }),
  javascript('node-rdkafka', async () => [await installNodeRdKafka('3.6.1')]),
  python('confluent-kafka', 'confluent_kafka_client.py'),
  python('kafka-python', 'kafka_python_client.py'),
  { name: 'franz-go', install: async () => ({ command: await installGo('franz-go', here('go')), args: [] }) },
  javascript('kafkajs'),
  javascript('platformatic'),
]

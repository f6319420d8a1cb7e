import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installJars } from '../clients/install.ts'

/** A release of Kafka's programs, and that of the client library that they run on. */
export interface Release {
  /** What it is called in the table. */
  readonly name: string
  readonly programs: string
  readonly clients: string
}

/** 4.4.0 is published as a client and a broker, not with its tools, Connect and Streams: their newest release is this one. */
export const newestPrograms = '4.3.1'

export const releases = {
  '2.1': { name: '2.1', programs: '2.1.1', clients: '2.1.1' },
  '2.8': { name: '2.8', programs: '2.8.2', clients: '2.8.2' },
  '3.9': { name: '3.9', programs: '3.9.1', clients: '3.9.1' },
  '4.0': { name: '4.0', programs: '4.0.1', clients: '4.0.1' },
  '4.3': { name: '4.3', programs: newestPrograms, clients: newestPrograms },
  '4.4': { name: '4.4', programs: newestPrograms, clients: '4.4.0' },
} as const satisfies Readonly<Record<string, Release>>

/**
 * The class path of Kafka's test programs. Programs on a later client find in their own client's jar, which comes last, what
 * that client no longer has (`Exit`, which ends the JVM, has another package in 4.4).
 */
export async function toolsClassPath({ programs, clients }: Release): Promise<string> {
  const folder = await installJars('java-programs', pom('tools'), programs, { clients })
  if (clients === programs) return join(folder, '*')
  const own = await installJars('java-programs', pom('tools'), programs)
  return [join(folder, '*'), join(own, `kafka-clients-${programs}.jar`)].join(delimiter)
}

/** The class path of Kafka Streams and of its system tests' programs. */
export async function streamsClassPath(): Promise<string> {
  return join(await installJars('java-streams', pom('streams'), newestPrograms), '*')
}

/** The class path of Kafka Connect with its file connectors. */
export async function connectClassPath(): Promise<string> {
  return join(await installJars('java-connect', pom('connect'), newestPrograms), '*')
}

function pom(name: string): string {
  return fileURLToPath(new URL(`jars/${name}.xml`, import.meta.url))
}

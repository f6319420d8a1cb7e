import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheDirectory } from '../options.ts'

/** The two class paths of Apache Kafka, with the release that each has unless the environment says otherwise. */
const parts = {
  server: process.env['CHRONIK_BENCH_KAFKA'] ?? '4.4.0',
  // The tools of 4.4.0 are not published; their clients speak to either release.
  tools: process.env['CHRONIK_BENCH_KAFKA_TOOLS'] ?? '4.3.1',
} as const

export type KafkaPart = keyof typeof parts

const pom = fileURLToPath(new URL('pom.xml', import.meta.url))

/** A Java class path with Kafka's jars; the first use lets Maven bring them into the cache directory. */
export function kafkaClassPath(part: KafkaPart): string {
  const release = parts[part]
  const directory = join(cacheDirectory(), `kafka-${part}-${release}`)
  const complete = join(directory, 'complete')
  if (!existsSync(complete)) {
    rmSync(directory, { recursive: true, force: true })
    mkdirSync(directory, { recursive: true })
    console.error(`Maven brings Apache Kafka ${release} (${part}) to ${directory}`)
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies'
    execFileSync(
      'mvn',
      [
        '-q',
        '-B',
        '-f',
        pom,
        `-P${part}`,
        `-Drelease=${release}`,
        goal,
        '-DincludeScope=runtime',
        `-DoutputDirectory=${directory}`,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    )
    writeFileSync(complete, '')
  }
  return join(directory, '*')
}

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here, installJars } from '../clients/install.ts'

/** The tools of 4.4.0 are not published; these speak to either release. */
const TOOLS_VERSION = '4.3.1'
const scripts = { 'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand', 'kafka-run-class.sh': '' }

/** A folder that looks to the tests like an installation of Kafka: its jars and the two scripts that they call. */
export async function kafkaHome(folder: string, tests: string): Promise<string> {
  const jars = await installJars('kafka-tools', here('tools/pom.xml'), TOOLS_VERSION)
  const home = join(folder, 'kafka-home')
  mkdirSync(join(home, 'bin'), { recursive: true })
  symlinkSync(jars, join(home, 'libs'))
  const java = 'java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1'
  for (const [name, mainClass] of Object.entries(scripts)) {
    const file = join(home, 'bin', name)
    writeFileSync(file, `#!/bin/sh\nexec ${java} -cp "\${CLASSPATH:-.}:${jars}/*" ${mainClass} "$@"\n`)
    chmodSync(file, 0o755)
  }
  // Two tests compile these themselves, at the same moment when they run side by side.
  execFileSync('make', ['-s', '-C', join(tests, 'java')], {
    env: { ...process.env, KAFKA_PATH: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return home
}

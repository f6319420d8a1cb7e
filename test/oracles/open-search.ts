import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { here, installJars } from '../clients/install.ts'

const VERSION = '2.19.4'
const START_MS = 300_000

/** A node of OpenSearch in a process of its own, with a folder that goes when it does. */
export interface OpenSearch extends AsyncDisposable {
  readonly url: string
}

/** Installs OpenSearch from Maven Central where it is not there yet, and starts it. */
export async function startOpenSearch(): Promise<OpenSearch> {
  const pom = here('../oracles/opensearch/pom.xml')
  const jars = await installJars(`opensearch-${VERSION}`, pom, VERSION, { property: 'opensearch.version' })
  const folder = mkdtempSync(join(tmpdir(), 'opensearch-'))
  const program = here('../oracles/opensearch/OpenSearchNode.java')
  const child = spawn('java', ['-Xmx768m', '-cp', join(jars, '*'), program, folder])
  let printed = ''
  const keep = (text: string): void => {
    printed = (printed + text).slice(-20_000)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const ended = once(child, 'close')
  const stop = async (): Promise<void> => {
    child.stdin.end()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const ready = join(folder, 'ready')
  const deadline = Date.now() + START_MS
  while (!existsSync(ready)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      await stop()
      throw new Error(`OpenSearch was not ready in ${START_MS / 1000} s:\n${printed}`)
    }
    await sleep(100)
  }
  return { url: `http://${readFileSync(ready, 'utf8').trim()}`, [Symbol.asyncDispose]: stop }
}

import { dirname, resolve } from 'node:path'
import type { Env } from '../env/env.ts'

/** What stands in the ready file: how to reach the server, for scripts that started it with port 0. */
export interface ReadyFacts {
  readonly pid: number
  /** `host:port` */
  readonly kafka: string
  readonly http: string
  readonly version: string
  readonly clusterId: string
  readonly nodeId: number
}

/** Writes the file so that a reader sees all of it or nothing: under another name first, then renamed. */
export async function writeReadyFile(env: Env, path: string, facts: ReadyFacts): Promise<void> {
  const target = resolve(path)
  const temporary = `${target}.${facts.pid}.tmp`
  await env.files.makeDirectory(dirname(target))
  {
    await using file = await env.files.open(temporary, 'create')
    await file.write([Buffer.from(`${JSON.stringify(facts)}\n`)], 0)
  }
  await env.files.rename(temporary, target)
}

/** Removes the file: before a start, so that nobody takes an old one for this server's, and after the stop. */
export async function removeReadyFile(env: Env, path: string): Promise<void> {
  await env.files.remove(resolve(path))
}

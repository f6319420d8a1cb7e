import assert from 'node:assert/strict'
import type { searchAnswer } from '../../src/api/http/schemas/search-schemas.ts'
import type { Problem } from '../../src/api/http/problem.ts'
import { loadConfig } from '../../src/config/load.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { type RunningServer, startServer } from '../../src/server/server.ts'
import { jsonInit, parsed, type AnswerOf } from './test-http.ts'

export type SearchedAnswer = AnswerOf<typeof searchAnswer>

/** A server with its search worker, on a directory that may be used again. */
export class SearchServer {
  readonly #server: RunningServer
  readonly url: string

  private constructor(server: RunningServer) {
    this.#server = server
    this.url = `http://127.0.0.1:${server.http.port}`
  }

  static async start(
    directory: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<SearchServer> {
    const all = {
      'data.dir': directory,
      'kafka.listen': '127.0.0.1:0',
      'http.listen': '127.0.0.1:0',
      'log.level': 'silent',
      ...settings,
    }
    const config = loadConfig({
      flags: Object.entries(all).map(([name, raw]) => ({ name, raw, flag: '--set' })),
      machine: { memoryBytes: 1 << 30 },
    })
    return new SearchServer(await startServer(config, { env: nodeEnv() }))
  }

  get kafka(): { readonly host: string; readonly port: number } {
    return this.#server.kafka
  }

  async close(): Promise<void> {
    await this.#server.close()
  }

  async send<T>(method: string, path: string, body: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, jsonInit(method, body))
    const text = await response.text()
    assert.ok(response.ok, text)
    return parsed<T>(text)
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`)
    const text = await response.text()
    assert.ok(response.ok, text)
    return parsed<T>(text)
  }

  search(body: object): Promise<SearchedAnswer> {
    return this.send<SearchedAnswer>('POST', '/api/v1/search', body)
  }

  async problem(body: object): Promise<Problem & { readonly position?: number }> {
    const response = await fetch(`${this.url}/api/v1/search`, jsonInit('POST', body))
    const text = await response.text()
    assert.ok(!response.ok, text)
    return parsed<Problem>(text)
  }

  async create(name: string, partitions = 1, configs: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.send('POST', '/api/v1/topics', { name, partitions, configs })
  }

  async produce(topic: string, records: readonly object[]): Promise<void> {
    await this.send('POST', `/api/v1/topics/${topic}/records`, { records })
  }
}

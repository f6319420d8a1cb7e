/** The HTTP API as the suite uses it. */
export interface Found {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: unknown
  readonly value: unknown
}

export interface SearchAnswer {
  readonly total: { readonly value: number; readonly exact: boolean }
  readonly hits: readonly Found[]
  readonly aggregations: unknown
  readonly complete: boolean
  readonly coverage: readonly { readonly reason: string | null }[]
}

/** The server is gone, which this suite does to it all the time. */
export class ServerGoneError extends Error {}

export class SearchClient {
  readonly #base: string

  constructor(httpPort: number) {
    this.#base = `http://127.0.0.1:${httpPort}`
  }

  async search(body: object): Promise<SearchAnswer> {
    return (await (await this.#send('/api/v1/search', body, 'application/json')).json()) as SearchAnswer
  }

  /** Every hit, however many there are. */
  async *hits(body: object): AsyncGenerator<Found, void> {
    const response = await this.#send('/api/v1/search', body, 'application/x-ndjson')
    for (const line of (await response.text()).split('\n')) if (line !== '') yield JSON.parse(line) as Found
  }

  async rebuild(topics: readonly string[]): Promise<void> {
    await this.#send('/api/v1/search/rebuild', { topics }, 'application/json')
  }

  /** All records of a partition as a consumer gets them. */
  async *records(topic: string, partition: number): AsyncGenerator<Found, void> {
    interface Page {
      readonly records: readonly Omit<Found, 'topic'>[]
      readonly partitions: readonly { readonly nextOffset: number; readonly highWatermark: number }[]
    }
    let offset: string | number = 'start'
    for (;;) {
      const query = `partition=${partition}&offset=${offset}&limit=10000&maxBytes=10000000&format=json`
      const response = await this.#fetch(`/api/v1/topics/${topic}/records?${query}`)
      const page = (await response.json()) as Page
      for (const record of page.records) yield { ...record, topic }
      const [place] = page.partitions
      if (place === undefined || place.nextOffset >= place.highWatermark) return
      offset = place.nextOffset
    }
  }

  #send(path: string, body: object, accept: string): Promise<Response> {
    const headers = { 'content-type': 'application/json', accept }
    return this.#fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response
    try {
      response = await fetch(`${this.#base}${path}`, init)
    } catch (error) {
      throw new ServerGoneError('the server is gone', { cause: error })
    }
    if (response.ok) return response
    throw new Error(`${path}: ${response.status} ${await response.text()}`)
  }
}

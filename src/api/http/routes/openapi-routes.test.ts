import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Compile, type XSchema } from 'typebox/schema'
import { elementAt, openTestHttp, type TestHttp } from '../../../../test/support/test-http.ts'
import { incomingRecord } from '../records/incoming-record.ts'

interface Media {
  readonly schema: XSchema
  readonly example?: unknown
}

interface Body {
  readonly content?: Readonly<Record<string, Media>>
}

interface Operation {
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: Body
  readonly responses: Readonly<Record<string, Body>>
}

interface Document {
  readonly openapi: string
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, XSchema>> }
}

const RECORDS = '/api/v1/topics/{name}/records'

describe('the OpenAPI document', () => {
  let http: TestHttp
  let document: Document
  before(async () => {
    http = await openTestHttp()
    document = await http.get<Document>('/api/v1/openapi.json')
  })
  after(() => http[Symbol.asyncDispose]())

  /** Every operation under its method and path. */
  function operations(): [string, Operation][] {
    return Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method} ${path}`,
        operation,
      ]),
    )
  }

  function operationOf(method: string, path: string): Operation {
    return elementAt(
      operations().filter(([where]) => where === `${method} ${path}`),
      0,
    )[1]
  }

  it('has every route', () => {
    assert.equal(document.openapi, '3.1.0')
    assert.deepEqual(
      operations()
        .map(([where]) => where)
        .sort(),
      [
        'delete /api/v1/topics/{name}',
        'get /api/v1/cluster',
        'get /api/v1/cluster/activity',
        'get /api/v1/compaction',
        'get /api/v1/groups',
        'get /api/v1/groups/{id}',
        'get /api/v1/openapi.json',
        'get /api/v1/search/fields',
        'get /api/v1/search/status',
        'get /api/v1/search/tail',
        'get /api/v1/search/values',
        'get /api/v1/topics',
        'get /api/v1/topics/{name}',
        'get /api/v1/topics/{name}/configs',
        'get /api/v1/topics/{name}/records',
        'get /livez',
        'get /metrics',
        'get /readyz',
        'patch /api/v1/topics/{name}/configs',
        'post /api/v1/search',
        'post /api/v1/search/rebuild',
        'post /api/v1/topics',
        'post /api/v1/topics/{name}/compact',
        'post /api/v1/topics/{name}/records',
      ],
    )
  })

  it('describes each operation: summary, known tags, parameters of the path, an answer, problems', () => {
    const tags = new Set(document.tags.map(({ name }) => name))
    for (const [where, { summary, tags: own, parameters = [], responses }] of operations()) {
      assert.equal(typeof summary, 'string', where)
      assert.ok(
        own.every((tag) => tags.has(tag)),
        where,
      )
      const wanted = [...where.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      assert.deepEqual(
        parameters.filter((one) => one.in === 'path').map(({ name }) => name),
        wanted,
        where,
      )
      assert.ok(
        Object.keys(responses).some((code) => code.startsWith('2')),
        where,
      )
      const problem = responses['default']?.content?.['application/problem+json']?.schema
      assert.deepEqual(problem, { $ref: '#/components/schemas/Problem' }, where)
    }
    const { content = {} } = operationOf('post', RECORDS).requestBody ?? {}
    assert.deepEqual(Object.keys(content), ['application/json', 'application/x-ndjson'])
  })

  it('refers to nothing that is missing', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
    assert.ok(references.length > 0)
    for (const [reference, name = ''] of references) assert.ok(document.components.schemas[name], reference)
  })

  it('has an example for each body, which its own schema accepts', () => {
    let examples = 0
    for (const [where, { requestBody }] of operations()) {
      for (const { schema, example } of Object.values(requestBody?.content ?? {})) {
        if (example === undefined) continue
        examples += 1
        assert.ok(Compile(schema).Check(example), `${where}: ${JSON.stringify(example)}`)
      }
    }
    assert.equal(examples, 3)
  })

  it('has an example of records that the server reads', () => {
    const example = operationOf('post', RECORDS).requestBody?.content?.['application/json']?.example
    assert.ok(
      typeof example === 'object' &&
        example !== null &&
        'records' in example &&
        Array.isArray(example.records),
    )
    assert.equal(example.records.map(incomingRecord).length, 3)
  })

  it('describes the answers as they are', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'one' })
    const sent = await http.send('POST', '/api/v1/topics/one/records', { records: [{ value: 1 }] })
    const answers: [string, string, unknown][] = [
      ['post', RECORDS, sent],
      ['get', RECORDS, await http.get('/api/v1/topics/one/records')],
      ['get', '/api/v1/topics', await http.get('/api/v1/topics')],
      ['get', '/api/v1/topics/{name}', await http.get('/api/v1/topics/one')],
      ['get', '/api/v1/topics/{name}/configs', await http.get('/api/v1/topics/one/configs')],
      ['get', '/api/v1/cluster', await http.get('/api/v1/cluster')],
      ['get', '/api/v1/groups', await http.get('/api/v1/groups')],
      ['get', '/readyz', await http.get('/readyz')],
    ]
    for (const [method, path, answer] of answers) {
      const schema = operationOf(method, path).responses['200']?.content?.['application/json']?.schema
      assert.ok(
        schema !== undefined && Compile(closed(schema)).Check(answer),
        `${path} ${JSON.stringify(answer)}`,
      )
    }
    const problem = await http.problem(404, '/api/v1/topics/none')
    assert.ok(Compile(closed(document.components.schemas['Problem'] ?? {})).Check(problem))
  })
})

/** The schema with no room for properties that it does not name, so that an answer cannot have what nobody documented. */
function closed(schema: XSchema): XSchema {
  const close = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(close)
    if (typeof part !== 'object' || part === null) return part
    const copy = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, close(value)]))
    return 'properties' in part ? { additionalProperties: false, ...copy } : copy
  }
  // It has the shape that it had.
  return close(schema) as XSchema
}

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** The output of curl, without its progress. */
async function curl(...options: readonly string[]): Promise<string> {
  const { stdout } = await execute('curl', ['-sS', ...options])
  return stdout
}

const json = ['-H', 'Content-Type: application/json']

export const curlScenarios: readonly (readonly [string, (http: string) => Promise<void>])[] = [
  [
    'write and search at the root of the HTTP port',
    async (http) => {
      const lines =
        '{"index":{"_index":"curl"}}\n{"word":"hello","big":12345678901234567890}\n{"create":{"_index":"curl"}}\n{"word":"bye"}\n'
      const written = await curl(
        '-XPOST',
        `http://${http}/_bulk`,
        '-H',
        'Content-Type: application/x-ndjson',
        '--data-binary',
        lines,
      )
      assert.match(written, /"errors":false/)
      const found = await curl(`http://${http}/curl/_search?q=word:hello`)
      assert.match(found, /"big":12345678901234567890/, 'numbers keep their digits')
      assert.match(
        await curl(`http://${http}/_search`, ...json, '-d', '{"query":{"term":{"word":"bye"}}}'),
        /"word":"bye"/,
      )
      assert.match(await curl(`http://${http}/curl/_count`), /"count":2/)
    },
  ],
  [
    'a body without a JSON type is refused, as by Elasticsearch',
    async (http) => {
      const answer = await curl('-w', '%{http_code}', `http://${http}/curl/_search`, '-d', '{}')
      assert.match(answer, /media_type_header_exception.*406$/s)
    },
  ],
  [
    'one wrong document of a bulk fails alone',
    async (http) => {
      const lines =
        '{"index":{"_index":"curl"}}\n{"word":"good"}\n{"delete":{"_index":"curl","_id":"1"}}\n{"index":{"_index":"in valid"}}\n{"a":1}\n'
      const answer = await curl(
        '-XPOST',
        `http://${http}/_bulk`,
        '-H',
        'Content-Type: application/x-ndjson',
        '--data-binary',
        lines,
      )
      const { errors, items } = JSON.parse(answer) as {
        errors: boolean
        items: Record<string, { status: number }>[]
      }
      assert.equal(errors, true)
      assert.deepEqual(
        items.map((item) => Object.values(item)[0]?.status),
        [201, 400, 400],
      )
    },
  ],
  [
    '_cat in columns, filter_path, unknown parameters',
    async (http) => {
      assert.match(await curl(`http://${http}/_cat/indices?v`), /^health +status +index/)
      const filtered = await curl(`http://${http}/curl/_search?filter_path=hits.hits._source,-**.big&size=1`)
      assert.deepEqual(Object.keys(JSON.parse(filtered) as object), ['hits'])
      assert.match(await curl(`http://${http}/curl/_search?sise=1`), /unrecognized parameter: \[sise\]/)
      const head = await curl('-I', `http://${http}/es/curl`)
      assert.match(head, /200 OK[\s\S]*x-elastic-product: Elasticsearch/i)
    },
  ],
]

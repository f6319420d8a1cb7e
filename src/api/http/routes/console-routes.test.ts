import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { openTestHttp, type TestHttp } from '../../../../test/support/test-http.ts'

const page = '<!doctype html><html><head><title>Chronik</title></head><body></body></html>'
const script = 'console.log("hello")'.repeat(50)
const html = { headers: { accept: 'text/html,application/xhtml+xml' } }

interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

/** As it comes over the wire: fetch undoes compression. */
function raw(url: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('console', () => {
  let folder: string
  let http: TestHttp

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chronik-console-'))
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), page)
    await writeFile(join(folder, 'theme.js'), 'theme()')
    await writeFile(join(folder, 'assets', 'index-abc.js'), script)
    await writeFile(join(folder, 'assets', 'index-abc.js.br'), brotliCompressSync(script))
    await writeFile(join(folder, 'assets', 'index-abc.js.gz'), gzipSync(script))
    http = await openTestHttp({}, { consoleFolder: `${folder}/` })
  })
  after(async () => {
    await http[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  it('is at / for browsers, and text for others', async () => {
    const answer = await http.fetch('/', html)
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.match(await answer.text(), /<base href="\.\/">.*<title>Chronik<\/title>/)
    assert.match(await (await http.fetch('/')).text(), /^Chronik\n/)
  })

  it('leads back to its folder from wherever it is, so that a proxy may put it under any path', async () => {
    for (const [path, base] of [
      ['/home', './'],
      ['/topics', './'],
      ['/topics/orders', '../'],
      ['/groups/a%2Fb?tab=x/y', '../'],
    ] as const) {
      const text = await (await http.fetch(path, html)).text()
      assert.ok(text.includes(`<base href="${base}">`), `${path}: ${text}`)
    }
  })

  it('allows its own files and the styles of one nonce, which is new each time', async () => {
    const nonces = new Set<string>()
    for (let count = 0; count < 3; count += 1) {
      const answer = await http.fetch('/home', html)
      const policy = answer.headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self' 'nonce-/)
      assert.doesNotMatch(policy, /unsafe/)
      const nonce = /nonce-([\w-]{22})'/.exec(policy)?.[1] ?? ''
      assert.ok((await answer.text()).includes(`content="${nonce}"`))
      nonces.add(nonce)
    }
    assert.equal(nonces.size, 3)
  })

  it('has nothing for callers that are no browsers below /', async () => {
    const problem = await http.problem(404, '/topics')
    assert.equal(problem.code, 'ROUTE_NOT_FOUND')
    assert.match(problem.detail, /page of the console/)
  })

  it('sends files compressed as the caller takes them', async () => {
    const url = `${http.url}/assets/index-abc.js`
    const brotli = await raw(url, { 'accept-encoding': 'gzip, deflate, br' })
    assert.equal(brotli.headers['content-encoding'], 'br')
    assert.equal(brotliDecompressSync(brotli.body).toString(), script)
    const gzip = await raw(url, { 'accept-encoding': 'gzip, br;q=0' })
    assert.equal(gzip.headers['content-encoding'], 'gzip')
    assert.equal(gunzipSync(gzip.body).toString(), script)
    const plain = await raw(url, {})
    assert.equal(plain.headers['content-encoding'], undefined)
    assert.equal(plain.body.toString(), script)
    assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(plain.headers['vary'], 'accept-encoding')
    assert.match(String(plain.headers['cache-control']), /immutable/)
  })

  it('does not send again what the browser has', async () => {
    const url = `${http.url}/theme.js`
    const first = await raw(url, {})
    assert.equal(first.headers['cache-control'], 'no-cache')
    const etag = String(first.headers['etag'])
    for (const tag of [etag, `"other", W/${etag}`]) {
      const again = await raw(url, { 'if-none-match': tag })
      assert.deepEqual([again.status, again.body.length], [304, 0])
    }
    assert.equal((await raw(url, { 'if-none-match': '"other"' })).status, 200)
  })

  it('has no other files', async () => {
    for (const path of ['/assets/index-abc.js.gz', '/assets/..%2f..%2fpackage.json', '/assets/none.js']) {
      assert.equal((await http.problem(404, path)).code, 'ROUTE_NOT_FOUND', path)
    }
  })
})

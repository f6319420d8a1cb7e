import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, request, type Server } from 'node:http'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { desk, matches, openSession, phone, type Session, until, WAIT_MS } from './session.ts'

const CHRONIK = fileURLToPath(new URL('../../bin/chronik', import.meta.url))

describe('Home, Topics and Groups', () => {
  let session: Session
  before(async () => {
    session = await openSession()
    await commitSome(session.kafka)
  })
  after(() => session[Symbol.asyncDispose]())

  it('Home says how things are, and what to look at', async () => {
    await using visit = await session.open('/home')
    const { page } = visit
    await page
      .getByText(/^Running, with 1 thing to look at: 2 topics with [\d,]+ records, 1 consumer group\.$/)
      .waitFor()
    await page.getByText(/Group billing is [\d,]+ records behind and has no members/).waitFor()
    await page.locator('.spark canvas').nth(3).waitFor()
    await page.waitForTimeout(5000)
    await visit.shoot('home-light')
    await page.getByRole('link', { name: 'Open', exact: true }).click()
    await page.getByRole('heading', { name: 'Groups / billing' }).waitFor()
    await visit.shoot('group-light')
    assert.ok((await page.locator('.table tbody tr').count()) >= 1)
  })

  it('Topics are listed, filtered, sorted, created', async () => {
    await using visit = await session.open('/topics', { ...desk, colorScheme: 'dark' })
    const { page } = visit
    await page.getByRole('link', { name: 'shop-logs', exact: true }).waitFor()
    await visit.shoot('topics-dark')
    await page.getByLabel('Filter topics').fill('event')
    await until(
      async () => (await page.getByRole('link', { name: 'shop-logs', exact: true }).count()) === 0,
      WAIT_MS,
      'the filter',
    )
    await page.waitForURL(/filter=event/)
    await page.getByLabel('Filter topics').fill('')
    await page.getByRole('button', { name: 'Records' }).click()
    await page.waitForURL(/sort=-records/)
    await page.getByRole('button', { name: 'Create topic' }).click()
    await page.getByLabel('Name').fill('not valid!')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.locator('dialog [role=alert]').waitFor()
    await page.getByLabel('Name').fill('new.topic')
    await page.getByLabel('Partitions').fill('5')
    await page.getByLabel('Records are kept').selectOption('86400000')
    await visit.shoot('topic-create-dark')
    visit.complaints.length = 0
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.waitForURL(/\/topics\/new\.topic/)
    await page.getByText('No records').waitFor()
    await page.getByRole('link', { name: 'Partitions' }).click()
    await until(
      async () => (await page.locator('.grid-row.static').count()) === 5,
      WAIT_MS,
      'five partitions',
    )
    await page.getByRole('link', { name: 'Configs' }).click()
    await page.locator('tr', { hasText: 'retention.ms' }).first().getByText('set here').waitFor()
    await visit.shoot('topic-configs-dark')
  })

  it('a topic shows its newest records and leads to Explore', async () => {
    await using visit = await session.open('/topics/shop-events')
    const { page } = visit
    await until(
      async () => (await page.locator('.messages tbody tr').count()) === 50,
      WAIT_MS,
      'fifty records',
    )
    await visit.shoot('topic-light')
    await page.getByRole('link', { name: 'Partitions' }).click()
    await page.getByText('online').first().waitFor()
    await visit.shoot('topic-partitions')
    await page.getByRole('link', { name: 'Explore', exact: true }).last().click()
    await page.waitForURL(/\?topics=shop-events/)
    assert.ok((await matches(page)) > 100)
  })

  it('says so when a topic or page is not there', async () => {
    await using visit = await session.open('/topics/shop-evnts')
    await visit.page.getByText('did you mean "shop-events"?').waitFor()
    await visit.shoot('topic-missing')
    visit.complaints.length = 0
  })

  it('works on a phone', async () => {
    for (const [path, name] of [
      ['/home', 'home'],
      ['/topics', 'topics'],
      ['/topics/shop-logs', 'topic'],
      ['/groups', 'groups'],
      ['/groups/billing', 'group'],
    ] as const) {
      await using visit = await session.open(path, phone)
      const { page } = visit
      await page.waitForTimeout(1200)
      assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth),
        390,
        `${path} scrolls sideways`,
      )
      await visit.shoot(`${name}-phone`)
    }
  })

  it('works below a path, behind a proxy that takes the path away', async () => {
    const proxy = await startProxy(session.url, '/tools/chronik')
    try {
      await using visit = await session.open('/')
      const { page } = visit
      const base = `http://127.0.0.1:${portOf(proxy)}/tools/chronik`
      visit.foreign.length = 0
      await page.goto(`${base}/topics/shop-logs?tab=partitions`)
      await page.getByText('online').first().waitFor()
      await page.getByRole('link', { name: 'Explore' }).first().click()
      await page.waitForURL(`${base}/`)
      assert.ok((await matches(page)) > 100)
      await page.keyboard.press('g')
      await page.keyboard.press('h')
      await page.waitForURL(`${base}/home`)
      await page.reload()
      await page.getByText('Largest topics').waitFor()
      const strangers = visit.foreign.filter((address) => !address.startsWith(base))
      assert.deepEqual(strangers, [])
      visit.foreign.length = 0
    } finally {
      proxy.close()
      proxy.closeAllConnections()
    }
  })
})

describe('an empty server', () => {
  it('says what to do first', async () => {
    await using session = await openSession([])
    await using visit = await session.open('/')
    const { page } = visit
    await page.getByText('Nothing here yet').waitFor()
    await page.getByText('npm start -- --sample').waitFor()
    await visit.shoot('empty-explore')
    await page.goto(`${session.url}/home`)
    await page.getByText('Running, and empty.').waitFor()
    await visit.shoot('empty-home')
    await page.goto(`${session.url}/groups`)
    await page.getByText('No consumer groups yet').waitFor()
  })
})

/** A group that has read a little and gone away. */
async function commitSome(kafka: string): Promise<void> {
  await promisify(execFile)(CHRONIK, [
    'topic',
    'consume',
    'shop-events',
    '--group',
    'billing',
    '-n',
    '200',
    '--brokers',
    kafka,
  ])
}

async function startProxy(target: string, prefix: string): Promise<Server> {
  const { host, hostname, port } = new URL(target)
  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith(`${prefix}/`) !== true) return void outgoing.writeHead(404).end()
    const options = {
      hostname,
      port,
      method: incoming.method,
      path: incoming.url.slice(prefix.length),
      headers: { ...incoming.headers, host },
    }
    const forwarded = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

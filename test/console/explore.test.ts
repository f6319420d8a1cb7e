import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { api, desk, matches, openSession, phone, type Session, until, WAIT_MS } from './session.ts'

describe('Explore', () => {
  let session: Session
  before(async () => (session = await openSession()))
  after(() => session[Symbol.asyncDispose]())

  it('shows what there is, with counts, coverage, histogram and facets', async () => {
    await using visit = await session.open('/?from=now-6h')
    const { page } = visit
    assert.ok((await matches(page)) > 10_000)
    await page.getByText('Complete', { exact: true }).waitFor()
    await page.locator('.histogram canvas').waitFor()
    await page.locator('.facet-value', { hasText: 'checkout' }).waitFor()
    assert.ok((await page.locator('.grid-row[id]').count()) > 20)
    await visit.shoot('explore-light')
    await page.getByRole('button', { name: /^Coverage/ }).click()
    await page.getByText('has every record that was acknowledged').waitFor()
    await visit.shoot('explore-coverage')
  })

  it('completes fields and values, and finds what the query says', async () => {
    await using visit = await session.open('/?from=now-6h')
    const { page } = visit
    const all = await matches(page)
    await page.locator('.cm-content').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('serv')
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'service' }).first().waitFor()
    await page.keyboard.press('Tab')
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'payment' }).waitFor()
    await page.keyboard.type('paym')
    await until(
      async () => (await page.locator('.cm-tooltip-autocomplete li').count()) === 1,
      WAIT_MS,
      'one completion',
    )
    await visit.shoot('explore-completion')
    await page.keyboard.press('Tab')
    await page.keyboard.type('AND level:warn')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=service%3Apayment\+AND\+level%3Awarn/)
    const found = await matches(page)
    assert.ok(found > 0 && found < all / 10, `${found} of ${all}`)
    const rows = await page.locator('.grid-row[id] .summary').allInnerTexts()
    for (const row of rows) assert.match(row, /level=warn/)
    assert.ok((await page.locator('.grid-row mark').count()) > 0)
  })

  it('narrows and widens by facets, and writes them into the query', async () => {
    await using visit = await session.open('/?topics=shop-logs&from=now-6h')
    const { page } = visit
    const all = await matches(page)
    await page.locator('.facet-value', { hasText: 'error' }).click()
    await page.waitForURL(/q=level%3Aerror/)
    const errors = await matches(page)
    assert.ok(errors > 0 && errors < all)
    await page.locator('.facet-values li.on .facet-value').click()
    await page.waitForURL((url) => !url.searchParams.has('q'))
    await page.getByRole('button', { name: 'Without level: info' }).click({ force: true })
    await page.waitForURL(/q=NOT\+level%3Ainfo/)
    assert.ok((await matches(page)) < all / 2)
    await page.getByRole('button', { name: 'Column for service' }).click({ force: true })
    await page.getByRole('columnheader', { name: 'service' }).waitFor()
    await page.goBack()
    await page.waitForURL((url) => !url.searchParams.has('q'))
  })

  it('zooms into the part of the histogram that is brushed', async () => {
    await using visit = await session.open('/?from=now-6h')
    const { page } = visit
    const all = await matches(page)
    const box = await page.locator('.histogram .u-over').boundingBox()
    assert.ok(box !== null)
    await page.mouse.move(box.x + box.width * 0.4, box.y + 30)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, box.y + 34, { steps: 8 })
    await page.mouse.up()
    await page.waitForURL(/from=2\d\d\d-/)
    const part = await matches(page)
    assert.ok(part > all * 0.08 && part < all * 0.4, `${part} of ${all}`)
  })

  it('opens a record: tree, headers, raw, hex, neighbours, commands', async () => {
    await using visit = await session.open('/?topics=shop-events&q=event%3Aorder_placed&from=now-6h', {
      ...desk,
      colorScheme: 'dark',
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const { page } = visit
    await matches(page)
    await page.locator('#row-2').click()
    await page.locator('.tree-name', { hasText: 'orderId' }).waitFor()
    await visit.shoot('record-tree-dark')
    await page.getByRole('tab', { name: 'Headers' }).click()
    await page.locator('.headers dt', { hasText: 'event-type' }).waitFor()
    await page.getByRole('tab', { name: 'Raw' }).click()
    assert.match(await page.getByLabel('Value', { exact: true }).innerText(), /^\{"event":"order_placed"/)
    await page.getByRole('tab', { name: 'Hex' }).click()
    assert.match(await page.getByLabel('Value in hexadecimal').innerText(), /^000000 {2}7b 22 65/)
    await visit.shoot('record-hex-dark')
    await page.getByRole('tab', { name: 'Neighbours' }).click()
    await page.locator('.neighbours [aria-current="true"]').waitFor()
    assert.ok((await page.locator('.neighbours li').count()) >= 6)
    await page.waitForURL(/record=shop-events%2F\d+%2F\d+.*tab=neighbours/)
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await page.getByRole('button', { name: 'As kcat' }).click()
    const kcat = await page.evaluate(() => navigator.clipboard.readText())
    assert.match(kcat, new RegExp(`^kcat -b ${session.kafka} -C -t shop-events -p \\d -o \\d+ -c 1`))
    await page.getByRole('button', { name: 'As curl' }).click()
    const curl = await page.evaluate(() => navigator.clipboard.readText())
    const url = /'(.+)'/.exec(curl)?.[1] ?? ''
    const answer = (await (await fetch(url)).json()) as {
      readonly records: readonly { readonly value: { readonly event: string } }[]
    }
    assert.equal(answer.records[0]?.value.event, 'order_placed')
  })

  it('has everything in its address', async () => {
    await using visit = await session.open('/?from=now-6h')
    const { page } = visit
    await matches(page)
    await page.goto(
      `${session.url}/?q=level%3Awarn&topics=shop-logs&from=now-6h&columns=service,message&sort=_timestamp&facets=host`,
    )
    const count = await matches(page)
    await page.locator('#row-1').click()
    await page.getByRole('tab', { name: 'Raw' }).click()
    const address = page.url()
    const [first, raw] = [
      await page.locator('#row-0').innerText(),
      await page.getByLabel('Value', { exact: true }).innerText(),
    ]
    await using again = await session.open(address.slice(session.url.length))
    assert.equal(await matches(again.page), count)
    assert.equal(await again.page.locator('#row-0').innerText(), first)
    assert.equal(await again.page.getByLabel('Value', { exact: true }).innerText(), raw)
    await again.page.locator('.facet.open', { hasText: 'host' }).waitFor()
    await again.page.getByRole('button', { name: 'Save and share' }).click()
    await again.page.getByLabel('Save in this browser as').fill('warnings')
    await again.page.getByRole('button', { name: 'Save', exact: true }).click()
    await again.page.goto(`${session.url}/`)
    await matches(again.page)
    await again.page.getByRole('button', { name: 'Save and share' }).click()
    await again.page.getByRole('button', { name: 'warnings', exact: true }).click()
    await again.page.waitForURL(/q=level%3Awarn/)
    assert.equal(await matches(again.page), count)
  })

  it('points at the mistake in a query, and recovers', async () => {
    await using visit = await session.open('/')
    const { page, complaints } = visit
    await matches(page)
    await page.goto(`${session.url}/?q=level%3A%28error+AND`)
    await page.getByRole('alert').waitFor()
    assert.match(await page.locator('.pointer').innerText(), /^level:\(error AND\n +\^$/)
    await page.locator('.query-error').waitFor()
    await visit.shoot('explore-mistake')
    await page.locator('.cm-content').click()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('level:error')
    await page.keyboard.press('Enter')
    await until(async () => (await page.getByRole('alert').count()) === 0, WAIT_MS, 'the error to go')
    // The refusal of the query is an answer with status 400, which the browser tells of.
    assert.ok(
      complaints.every((text) => text.includes('400')),
      complaints.join('\n'),
    )
    complaints.length = 0
  })

  it('says where there would be matches when there are none here', async () => {
    await using visit = await session.open(
      '/?q=event%3Aorder_placed&from=2020-01-01T00:00:00.000Z&to=2020-01-02T00:00:00.000Z',
    )
    const { page } = visit
    await page.getByText('No matches in this time range').waitFor()
    await visit.shoot('explore-none')
    await page.getByRole('button', { name: 'Search all time' }).click()
    await page.waitForURL(/from=all/)
    assert.ok((await matches(page)) > 0)
  })

  it('finds what was acknowledged, at once', async () => {
    await using visit = await session.open('/?q=needle&from=now-15m')
    const { page } = visit
    await page.getByText('No matches').first().waitFor()
    for (let count = 1; count <= 20; count += 1) {
      await api(session, 'POST', '/api/v1/topics/shop-logs/records', {
        records: [{ value: { message: `needle number ${count}` } }],
      })
      await page.getByRole('button', { name: 'Search', exact: true }).click()
      await until(async () => (await matches(page)) === count, WAIT_MS, `needle ${count}`)
    }
  })

  it('follows live: new records come in above, and nothing moves for who reads further down', async () => {
    await using visit = await session.open('/?q=livetest&from=now-15m')
    const { page } = visit
    await page.getByText('No matches').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Live' }).click()
    await page.waitForURL(/live=1/)
    const write = (from: number, count: number): Promise<unknown> =>
      api(session, 'POST', '/api/v1/topics/shop-logs/records', {
        records: Array.from({ length: count }, (_, index) => ({
          value: { level: 'info', message: `livetest ${from + index}` },
        })),
      })
    await page.waitForTimeout(1000)
    await write(0, 100)
    await until(async () => (await matches(page)) === 100, WAIT_MS, 'the first records')
    assert.match(await page.locator('#row-0').innerText(), /livetest 99/)
    await page.locator('.rows').hover()
    await page.mouse.wheel(0, 1200)
    await until(async () => (await page.locator('#row-0').count()) === 0, WAIT_MS, 'the rows to scroll')
    const before = await page.locator('.grid-row[id]').nth(10).innerText()
    await write(100, 50)
    await page.getByRole('button', { name: '50 new' }).waitFor()
    assert.equal(await page.locator('.grid-row[id]').nth(10).innerText(), before)
    await visit.shoot('explore-live')
    await page.getByRole('button', { name: '50 new' }).click()
    await until(
      async () => (await page.locator('#row-0').innerText()).includes('livetest 149'),
      WAIT_MS,
      'the newest record',
    )
    assert.equal(await matches(page), 150)
  })

  it('works on a phone', async () => {
    await using visit = await session.open('/?from=now-6h', { ...phone, colorScheme: 'dark' })
    const { page } = visit
    await matches(page)
    await visit.shoot('explore-phone-dark')
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.equal(width, 390, 'the page scrolls sideways')
    await page.getByRole('button', { name: 'Fields' }).tap()
    await page.locator('.side.sheet .facet').first().waitFor()
    await visit.shoot('explore-phone-fields')
    await page.getByRole('button', { name: 'Fields' }).tap()
    await page.locator('#row-1').tap()
    await page.getByRole('tab', { name: 'Headers' }).waitFor()
    await visit.shoot('explore-phone-record')
    await page.getByRole('button', { name: 'Close the record' }).tap()
    await page.locator('#row-1').waitFor()
  })
})

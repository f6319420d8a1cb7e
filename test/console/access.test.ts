import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { desk, matches, openSession, phone, type Session } from './session.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeViolation {
  readonly id: string
  readonly impact: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** What axe finds that is serious or critical. It is evaluated by the debugger, so that the page's policy need not allow it. */
async function serious(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: readonly AxeViolation[] }> }
    }
    return (await axe.run()).violations
  })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 200)}\n  ${failureSummary}`),
    )
}

const pages: readonly (readonly [path: string, ready: string])[] = [
  ['/?from=now-6h', '.grid-row[id]'],
  ['/?from=now-6h&q=level%3Awarn&columns=service,message&topics=shop-logs', '.grid-row[id]'],
  ['/?q=nothingatall', '.empty'],
  ['/home', '.spark canvas'],
  ['/topics', '.grid-row.static'],
  ['/topics/shop-logs', '.messages tbody tr'],
  ['/topics/shop-logs?tab=partitions', '.grid-row.static'],
  ['/topics/shop-logs?tab=configs', 'tbody tr'],
  ['/groups', '.empty'],
  ['/nowhere', '.empty'],
]

describe('access', () => {
  let session: Session
  before(async () => (session = await openSession()))
  after(() => session[Symbol.asyncDispose]())

  for (const [view, options] of [
    ['light', desk],
    ['dark', { ...desk, colorScheme: 'dark' as const }],
    ['phone', phone],
  ] as const) {
    it(`axe finds nothing serious, ${view}`, async () => {
      const found: string[] = []
      for (const [path, ready] of pages) {
        await using visit = await session.open('/', options)
        // The address of no page is a problem document for whoever asks the server; within the console it is a page.
        await visit.page.evaluate((to) => history.replaceState(null, '', to), path)
        if (path !== '/nowhere') await visit.page.reload()
        else await visit.page.evaluate(() => dispatchEvent(new PopStateEvent('popstate')))
        await visit.page.locator(ready).first().waitFor()
        await visit.page.waitForTimeout(300)
        for (const text of await serious(visit.page)) found.push(`${path}: ${text}`)
      }
      assert.deepEqual(found, [])
    })

    it(`axe finds nothing serious in what opens, ${view}`, async () => {
      await using visit = await session.open('/?from=now-6h&topics=shop-events', options)
      const { page } = visit
      await matches(page)
      const found: string[] = []
      const look = async (what: string): Promise<void> => {
        await page.waitForTimeout(200)
        for (const text of await serious(page)) found.push(`${what}: ${text}`)
      }
      await page.keyboard.press('t')
      await look('time')
      await page.keyboard.press('Escape')
      await page.keyboard.press('p')
      await look('topics')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Save and share' }).click()
      await look('views')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^Coverage/ }).click()
      await look('coverage')
      await page.keyboard.press('Escape')
      await page.locator('#row-1').click()
      for (const tab of ['Value', 'Headers', 'Raw', 'Hex', 'Neighbours']) {
        await page.getByRole('tab', { name: tab }).click()
        await look(tab)
      }
      await page.keyboard.press('?')
      await look('keys')
      await page.keyboard.press('Escape')
      await page.goto(`${session.url}/topics`)
      await page.getByRole('button', { name: 'Create topic' }).click()
      await look('create')
      assert.deepEqual(found, [])
    })
  }

  it('everything can be reached without a pointer', async () => {
    await using visit = await session.open('/?from=now-6h')
    const { page } = visit
    await matches(page)
    await page.locator('.cm-content').waitFor()
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key)
    }
    await press('/')
    await page.keyboard.type('event:order_placed')
    await press('Escape', 'Enter')
    await page.waitForURL(/q=event/)
    assert.ok((await matches(page)) > 0)
    await press('Escape', 'j', 'j', 'j', 'k')
    await page.locator('#row-1[aria-selected="true"]').waitFor()
    await press('Enter')
    await page.locator('.tree-name', { hasText: 'orderId' }).waitFor()
    const first = await page.locator('.drawer-title').innerText()
    await press('j')
    await page.waitForFunction(
      (before) => document.querySelector<HTMLElement>('.drawer-title')?.innerText !== before,
      first,
    )
    await press('Escape')
    await page.waitForURL((url) => !url.searchParams.has('record'))
    await press('t')
    await page.getByRole('group', { name: 'Time range' }).waitFor()
    await press('Tab', 'Tab', 'Enter')
    await page.waitForURL((url) => !url.searchParams.has('from'))
    await press('l')
    await page.waitForURL(/live=1/)
    await press('l')
    await page.waitForURL((url) => !url.searchParams.has('live'))
    await press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await visit.shoot('keys')
    await press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' })
    await press('g', 't')
    await page.getByRole('heading', { name: 'Topics', level: 1 }).waitFor()
    await press('c')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('by-keyboard')
    await press('Enter')
    // The address changes before the page does, and the dialog keeps the keys as long as it is there.
    await page.getByRole('heading', { name: /by-keyboard/ }).waitFor()
    await press('3')
    await page.getByLabel('Filter configs').waitFor()
    await press('g', 'g')
    await page.getByRole('heading', { name: 'Groups', level: 1 }).waitFor()
    await press('g', 'h')
    await page.getByText('Largest topics').waitFor()
    await press('g', 'e')
    await page.getByRole('searchbox').or(page.locator('.cm-content')).first().waitFor()
  })
})

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { startChronik } from '../support/chronik-process.ts'
import { launchChromium } from './chromium.ts'

/** A real server with sample data and a real browser. */
export interface Session extends AsyncDisposable {
  /** Where the console is, without a slash at its end. */
  readonly url: string
  readonly kafka: string
  readonly browser: Browser
  open(path: string, options?: BrowserContextOptions): Promise<Visit>
}

/** A page in a browser of its own; at its end it is checked that nothing went wrong that nobody looked for. */
export interface Visit extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained about: scripts, the content policy, missing files. */
  readonly complaints: string[]
  /** Addresses of other hosts that were asked for. */
  readonly foreign: string[]
  shoot(name: string): Promise<void>
}

export const desk = { viewport: { width: 1440, height: 900 } }
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true }

export const screenshots = process.env['CONSOLE_SCREENSHOTS'] ?? join(tmpdir(), 'chronik-screenshots')
/** A machine that runs other things, too, takes its time; nothing here is about time. */
const SAMPLE_MS = 120_000
export const WAIT_MS = 60_000

export async function openSession(settings: readonly string[] = ['--sample']): Promise<Session> {
  mkdirSync(screenshots, { recursive: true })
  const chronik = await startChronik(settings)
  const browser = await launchChromium()
  const url = `http://${chronik.http}`
  if (settings.includes('--sample'))
    await until(() => chronik.log().includes('Sample data:'), SAMPLE_MS, 'the sample data')
  return {
    url,
    kafka: chronik.kafka,
    browser,
    open: (path, options = desk) => visit(browser, url + path, options),
    async [Symbol.asyncDispose]() {
      await browser.close()
      await chronik[Symbol.asyncDispose]()
    },
  }
}

async function visit(browser: Browser, url: string, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(WAIT_MS)
  const page = await context.newPage()
  const complaints: string[] = []
  const foreign: string[] = []
  const { host } = new URL(url)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Chromium’s own editing of a field keeps styles as attributes, which the policy stops; nothing is lost by it.
    if (message.text().startsWith('Applying inline style')) return
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('request', (request) => {
    const asked = new URL(request.url())
    if (asked.host !== host && asked.protocol !== 'data:' && asked.protocol !== 'blob:')
      foreign.push(request.url())
  })
  await page.goto(url)
  return {
    page,
    context,
    complaints,
    foreign,
    shoot: async (name) => void (await page.screenshot({ path: join(screenshots, `${name}.png`) })),
    async [Symbol.asyncDispose]() {
      await context.close()
      // Where something else has failed as well, only the assertions’ names would be left.
      if (complaints.length > 0) console.error(url, complaints)
      assert.deepEqual(complaints, [], 'the browser complained')
      assert.deepEqual(foreign, [], 'another host was asked')
    },
  }
}

export async function until(
  check: () => boolean | Promise<boolean>,
  ms: number,
  what: string,
): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited ${ms / 1000} s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The number of records that the status line tells. */
export async function matches(page: Page): Promise<number> {
  await page.waitForFunction(() => document.querySelector('.explore')?.getAttribute('aria-busy') === 'false')
  const text = await page.locator('.status-text b').innerText()
  return Number(text.replace('at least ', '').replaceAll(',', ''))
}

export async function api<T>(session: Session, method: string, path: string, body?: unknown): Promise<T> {
  const init =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await fetch(session.url + path, init)
  const text = await answer.text()
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
  return JSON.parse(text) as T
}

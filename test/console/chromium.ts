import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser to test with: $CHROMIUM, or the system's; on a Debian machine where this user may, it is installed. */
export async function launchChromium(): Promise<Browser> {
  const path = process.env['CHROMIUM'] ?? found() ?? install()
  // The sandbox needs what containers do not give; the pages are our own.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'] })
}

function found(): string | undefined {
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function install(): string {
  console.error('there is no chromium here; trying apt-get install chromium')
  try {
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'] as const,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    execFileSync('apt-get', ['update'], { ...options, stdio: ['ignore', 'ignore', 'inherit'] })
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      ...options,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  } catch (cause) {
    throw new Error(
      'no chromium, and it could not be installed. Install it, or set CHROMIUM to the path of one.',
      { cause },
    )
  }
  const path = found()
  if (path === undefined)
    throw new Error(
      'apt-get installed chromium, but it is in none of the usual places; set CHROMIUM to its path',
    )
  return path
}

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cacheDirectory } from '../../options.ts'

/** Engines that npm has. They are no dependencies: the first use installs them into the cache directory. */
const versions = {
  '@oxdev03/node-tantivy-binding-linux-x64-gnu': '0.3.3',
  '@duckdb/node-api': '1.5.6-r.1',
} as const

const directory = join(cacheDirectory(), 'search-peers')

export function installPeers(): void {
  const missing = Object.entries(versions).filter(
    ([name]) => !existsSync(join(directory, 'node_modules', name)),
  )
  if (missing.length === 0) return
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n')
  const wanted = Object.entries(versions).map(([name, version]) => `${name}@${version}`)
  console.error(`npm brings ${wanted.join(' and ')} to ${directory}`)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...wanted], {
    cwd: directory,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** A module of a peer, with the types that the caller knows it to have. */
export function peerModule(name: keyof typeof versions): unknown {
  return createRequire(join(directory, 'package.json'))(name)
}

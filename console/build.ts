/**
 * Builds the console into console/dist and compresses each file once, so that the server only has to hand them out:
 * sh scripts/node.sh console/build.ts. scripts/with-console.sh calls it when the sources have changed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'
import { consoleFolder, viteOptions } from './vite-options.ts'

const COMPRESSIBLE = /\.(?:js|css|svg|html)$/
/** 11 takes ten times as long for 3 % less. */
const BROTLI_QUALITY = 9

await build({ ...viteOptions, logLevel: 'error' })

const dist = join(consoleFolder, 'dist')
for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!COMPRESSIBLE.test(name)) continue
  const path = join(dist, name)
  const bytes = readFileSync(path)
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  )
}

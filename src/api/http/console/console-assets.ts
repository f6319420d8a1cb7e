import { fileURLToPath } from 'node:url'
import { FileError, type Files } from '../../../env/files.ts'
import { crc32c } from '../../../util/crc32c.ts'

/** Where `npm start` builds the console to. */
export const builtConsole = fileURLToPath(new URL('../../../../console/dist/', import.meta.url))

export interface ConsoleAsset {
  readonly type: string
  readonly bytes: Buffer
  /** The same, compressed by the build; null when compressing it is not worth it. */
  readonly brotli: Buffer | null
  readonly gzip: Buffer | null
  readonly etag: string
  /** Whether its name tells its content, so that browsers never have to ask again. */
  readonly immutable: boolean
}

/** The files of the built console, in memory: some 1.5 MB with their compressed forms. */
export interface ConsoleAssets {
  /** The page; every address of the console is answered with it. */
  readonly page: string
  /** By path below the console's folder: `assets/index-abc.js`. */
  readonly files: ReadonlyMap<string, ConsoleAsset>
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

const PAGE = 'index.html'
const HASHED_FOLDER = 'assets'
const FILE_BYTES_MAX = 16 * 1024 * 1024

/** Reads the built console; null when it has not been built. */
export async function loadConsole(files: Files, folder: string): Promise<ConsoleAssets | null> {
  if ((await files.stat(`${folder}${PAGE}`)) === null) return null
  const names = await namesIn(files, folder)
  const read = new Map<string, Buffer>()
  for (const name of names) read.set(name, await readWhole(files, `${folder}${name}`))
  const assets = new Map<string, ConsoleAsset>()
  for (const [name, bytes] of read) {
    const type = types[name.slice(name.lastIndexOf('.') + 1)]
    if (type === undefined) continue
    assets.set(name, {
      type,
      bytes,
      brotli: read.get(`${name}.br`) ?? null,
      gzip: read.get(`${name}.gz`) ?? null,
      etag: `"${crc32c(bytes).toString(16)}-${bytes.length.toString(16)}"`,
      immutable: name.startsWith(`${HASHED_FOLDER}/`),
    })
  }
  return { page: read.get(PAGE)?.toString('utf8') ?? '', files: assets }
}

/** Of the folder itself and the one with hashed names; there are no others. */
async function namesIn(files: Files, folder: string): Promise<string[]> {
  const names: string[] = []
  for (const prefix of ['', `${HASHED_FOLDER}/`]) {
    for (const name of await files.list(`${folder}${prefix}`)) {
      if ((await files.stat(`${folder}${prefix}${name}`))?.kind === 'file') names.push(`${prefix}${name}`)
    }
  }
  return names
}

async function readWhole(files: Files, path: string): Promise<Buffer> {
  await using file = await files.open(path, 'read')
  const size = await file.size()
  if (size > FILE_BYTES_MAX)
    throw new FileError('OTHER', path, `${path} has ${size} bytes, which no file of the console has`)
  const bytes = Buffer.alloc(size)
  const read = await file.read(bytes, 0)
  return bytes.subarray(0, read)
}

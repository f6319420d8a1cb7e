import type { Env } from '../env/env.ts'
import { FileError, type FileLock } from '../env/files.ts'

/** A data directory that belongs to this process until the lock is released. */
export interface DataDirectory {
  readonly path: string
  /** 16 bytes that tell this directory from every other, in the headers of its WAL files. */
  readonly directoryId: Buffer
  readonly lock: FileLock
}

const propertiesFile = 'meta.properties'

/**
 * Makes the directory when it is missing, takes its lock, and reads or makes its identity: `meta.properties` with the lines
 * `version=1` and `directory.id=<base64url>`, as Kafka names them.
 * @throws FileError LOCKED when another process has it
 */
export async function openDataDirectory(env: Env, path: string): Promise<DataDirectory> {
  await makeDurableDirectory(env, path)
  const lock = await env.files.lock(`${path}/lock`)
  try {
    return { path, directoryId: await identity(env, path), lock }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** With its missing parents; a directory whose entry is lost in a power cut takes everything in it along. */
async function makeDurableDirectory(env: Env, path: string): Promise<void> {
  const missing: string[] = []
  let existing = path
  while (existing !== '/' && (await env.files.stat(existing)) === null) {
    missing.push(existing)
    existing = existing.slice(0, existing.lastIndexOf('/')) || '/'
  }
  await env.files.makeDirectory(path)
  if (missing.length > 0) await env.files.syncDirectory(existing)
  else await syncParent(env, path)
  for (const made of missing.slice(1)) await env.files.syncDirectory(made)
}

/** An earlier process may have made the directory and not lived to sync its entry. */
async function syncParent(env: Env, path: string): Promise<void> {
  try {
    await env.files.syncDirectory(path.slice(0, path.lastIndexOf('/')) || '/')
  } catch (error) {
    // Whoever may not read the parent did not make the directory: it was given.
    if (!(error instanceof FileError) || error.code !== 'NOT_PERMITTED') throw error
  }
}

async function identity(env: Env, path: string): Promise<Buffer> {
  const file = `${path}/${propertiesFile}`
  const stat = await env.files.stat(file)
  if (stat !== null) {
    // A killed process may have renamed it and not lived to sync the directory.
    await env.files.syncDirectory(path)
    return readDirectoryId(env, path)
  }
  const directoryId = env.random.bytes(16)
  const text = `version=1\ndirectory.id=${directoryId.toString('base64url')}\n`
  const handle = await env.files.open(`${file}.tmp`, 'create')
  try {
    await handle.truncate(0)
    await handle.write([Buffer.from(text)], 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await env.files.rename(`${file}.tmp`, file)
  await env.files.syncDirectory(path)
  return directoryId
}

/**
 * The identity that a data directory has.
 * @throws FileError OTHER when there is none
 */
export async function readDirectoryId(env: Env, path: string): Promise<Buffer> {
  const file = `${path}/${propertiesFile}`
  await using handle = await env.files.open(file, 'read')
  const buffer = Buffer.alloc(Math.min(await handle.size(), 4096))
  await handle.read(buffer, 0)
  const match = /^directory\.id=([A-Za-z0-9_-]{22})$/m.exec(buffer.toString('utf8'))
  if (match === null) {
    throw new FileError(
      'OTHER',
      file,
      `${file} has no directory.id; it is not Chronik's or it is damaged. Restore it, or start with an empty data directory`,
    )
  }
  return Buffer.from(match[1] ?? '', 'base64url')
}

import type { DatabaseSync } from 'node:sqlite'
import { fileFailure, lockHeld } from '../file-failure.ts'
import type { FileLock } from '../files.ts'

const sqliteBusy = 5

/**
 * Takes a lock that the kernel releases when the process dies. Node has no flock, but SQLite locks its database file with
 * fcntl(2) and shares its bookkeeping within the process, so an exclusive transaction on an empty database is such a lock.
 * The file stays behind, empty. Opening and closing it by other means in this process would drop the lock (POSIX rule).
 */
export async function takeFileLock(path: string): Promise<FileLock> {
  const { DatabaseSync } = await import('node:sqlite')
  const database = openDatabase(DatabaseSync, path)
  try {
    // The transaction stays open and writes nothing; without the first pragma a journal file would stand beside the lock.
    database.exec('PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (isBusy(error)) throw lockHeld(path)
    throw fileFailure('lock', path, String(error), error)
  }
  const release = (): Promise<void> => {
    if (database.isOpen) database.close()
    return Promise.resolve()
  }
  return { release, [Symbol.asyncDispose]: release }
}

/** Node puts SQLite's extended result code into `errcode`; its lower byte is the primary one. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  return (error.errcode & 0xff) === sqliteBusy
}

function openDatabase(constructor: typeof DatabaseSync, path: string): DatabaseSync {
  try {
    return new constructor(path)
  } catch (error) {
    throw fileFailure('lock', path, String(error), error)
  }
}

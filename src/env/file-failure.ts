import { FileError } from './files.ts'
import type { FileErrorCode } from './files.ts'

const codes = new Map<string, FileErrorCode>([
  ['ENOENT', 'NOT_FOUND'],
  ['EEXIST', 'EXISTS'],
  ['ENOSPC', 'NO_SPACE'],
  ['EDQUOT', 'NO_SPACE'],
  ['EIO', 'IO'],
  ['EACCES', 'NOT_PERMITTED'],
  ['EPERM', 'NOT_PERMITTED'],
  ['EROFS', 'READ_ONLY'],
  ['EMFILE', 'TOO_MANY_OPEN'],
  ['ENFILE', 'TOO_MANY_OPEN'],
])

const explanations: Readonly<Record<FileErrorCode, string>> = {
  NOT_FOUND: 'there is nothing at this path',
  EXISTS: 'something is already there',
  NO_SPACE: 'the file system or the quota is full; free space or move the data directory',
  IO: 'the device failed; look into the kernel log before this disk is trusted again',
  NOT_PERMITTED: 'this process may not do that; check owner and mode of the path',
  READ_ONLY: 'the file system is mounted read-only; mount it writable or choose another directory',
  TOO_MANY_OPEN: 'too many files are open; raise the limit of open files (ulimit -n)',
  LOCKED: 'another process holds the lock; stop it or choose another directory',
  OTHER: 'the operating system refused',
}

/** The error for a system call that failed with `systemCode` (`ENOENT` and so on) while doing `operation` on `path`. */
export function fileFailure(operation: string, path: string, systemCode: string, cause?: unknown): FileError {
  const code = codes.get(systemCode) ?? 'OTHER'
  const message = `cannot ${operation} ${path}: ${explanations[code]} (${systemCode})`
  return new FileError(code, path, message, cause === undefined ? undefined : { cause })
}

/** The error of a lock that someone else holds. */
export function lockHeld(path: string): FileError {
  return new FileError('LOCKED', path, `cannot lock ${path}: ${explanations.LOCKED}`)
}

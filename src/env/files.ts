/** `read`: must exist. `update`: read and write, must exist. `create`: read and write, made when missing, kept when there. `exclusive`: must not exist. */
export type OpenMode = 'read' | 'update' | 'create' | 'exclusive'

/**
 * An open file. It has one owner, who closes it. Every failure rejects with a {@link FileError}. Calls that are under way
 * at the same time take effect in any order.
 */
export interface FileHandle extends AsyncDisposable {
  readonly path: string
  /** Reads up to `target.length` bytes at `position`; returns how many were read, fewer only at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>
  /** As `read`, on the calling thread: for small reads that are almost surely in the page cache. */
  readSync(target: Uint8Array, position: number): number
  /** Writes all bytes of `buffers`, one after the other, from `position`. The buffers belong to the call until it settles. */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>
  /** As `write`, on the calling thread: for small writes into the page cache. Never made durable by itself. */
  writeSync(buffer: Uint8Array, position: number): void
  /** Makes the written data durable (fdatasync). After a failure the state of the data on disk is unknown: never retry. */
  datasync(): Promise<void>
  /** Makes data and metadata durable (fsync). */
  sync(): Promise<void>
  truncate(length: number): Promise<void>
  size(): Promise<number>
  /** Closes when all calls under way have settled; later calls fail. Closing again does nothing. */
  close(): Promise<void>
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other'
  readonly size: number
  /** Last modification, milliseconds since the epoch. */
  readonly modifiedMs: number
}

/** An exclusive lock that the operating system releases when the process dies, however it dies. */
export interface FileLock extends AsyncDisposable {
  release(): Promise<void>
}

/**
 * The file system. Creating, renaming and unlinking become durable only with `syncDirectory` of the parent.
 * Paths are absolute. Every failure rejects with a {@link FileError}.
 */
export interface Files {
  open(path: string, mode: OpenMode): Promise<FileHandle>
  /** Makes the directory and its missing parents. */
  makeDirectory(path: string): Promise<void>
  /** Names in the directory, sorted; not recursive. */
  list(path: string): Promise<string[]>
  /** What is at the path, or null when nothing is. */
  stat(path: string): Promise<FileStat | null>
  rename(from: string, to: string): Promise<void>
  /** Removes a file; one that is missing is not an error. */
  remove(path: string): Promise<void>
  /** Removes a directory and all below it; one that is missing is not an error. */
  removeTree(path: string): Promise<void>
  syncDirectory(path: string): Promise<void>
  /** Bytes that an unprivileged process can still write on the file system of `path`. */
  freeBytes(path: string): Promise<number>
  /** Size of the file system of `path`, bytes. */
  totalBytes(path: string): Promise<number>
  /**
   * Takes the lock or rejects with code `LOCKED` when another process (or this one) holds it. The file is made when it is
   * missing and stays, empty; nothing else may open it, because closing it would drop the lock (a rule of POSIX locks).
   */
  lock(path: string): Promise<FileLock>
}

/** Codes that callers decide on; everything else is `OTHER` with the system's code in the message. */
export type FileErrorCode =
  | 'NOT_FOUND'
  | 'EXISTS'
  | 'NO_SPACE'
  | 'IO'
  | 'NOT_PERMITTED'
  | 'READ_ONLY'
  | 'TOO_MANY_OPEN'
  | 'LOCKED'
  | 'OTHER'

export class FileError extends Error {
  readonly code: FileErrorCode
  readonly path: string
  constructor(code: FileErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'FileError'
    this.code = code
    this.path = path
  }
}

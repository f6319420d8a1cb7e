import fs from 'node:fs'
import { fileFailure } from '../file-failure.ts'
import { FileError } from '../files.ts'
import type { Files, FileStat, OpenMode } from '../files.ts'
import { NodeFileHandle } from './file-handle.ts'
import { takeFileLock } from './file-lock.ts'
import { systemCodeOf } from './system-code.ts'

const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR } = fs.constants

const openFlags: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY,
  update: O_RDWR,
  create: O_RDWR | O_CREAT,
  exclusive: O_RDWR | O_CREAT | O_EXCL,
}

type Callback<T> = (error: NodeJS.ErrnoException | null, value: T) => void

/** Promisifies one call of node:fs; its callback API costs a little less per call than fs/promises. */
function call<T>(operation: string, path: string, start: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error === null || error === undefined) resolve(value)
      else reject(fileFailure(operation, path, systemCodeOf(error), error))
    })
  })
}

async function missingIsFine(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'NOT_FOUND') throw error
  }
}

/** ENOTDIR means that a parent is a file: there is nothing at the path then. */
function isNothingThere(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOENT' || error.code === 'ENOTDIR'
}

function stat(path: string): Promise<FileStat | null> {
  return new Promise((resolve, reject) => {
    fs.stat(path, (error, stats) => {
      if (error === null) {
        const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other'
        resolve({ kind, size: stats.size, modifiedMs: stats.mtimeMs })
      } else if (isNothingThere(error)) resolve(null)
      else reject(fileFailure('stat', path, systemCodeOf(error), error))
    })
  })
}

async function syncDirectory(path: string): Promise<void> {
  const fd = await call<number>('open directory', path, (done) => fs.open(path, O_RDONLY, done))
  try {
    await call<void>('sync directory', path, (done) => fs.fsync(fd, done))
  } finally {
    await call<void>('close directory', path, (done) => fs.close(fd, done))
  }
}

/** The real file system. */
export const nodeFiles: Files = {
  async open(path, mode) {
    const flags = openFlags[mode]
    const fd = await call<number>('open', path, (done) => fs.open(path, flags, done))
    return new NodeFileHandle(path, fd)
  },
  async makeDirectory(path) {
    await call('make directory', path, (done) => fs.mkdir(path, { recursive: true }, done))
  },
  async list(path) {
    const names = await call<string[]>('list', path, (done) => fs.readdir(path, done))
    return names.sort()
  },
  stat,
  async rename(from, to) {
    await call<void>(`rename to ${to}`, from, (done) => fs.rename(from, to, done))
  },
  remove: (path) => missingIsFine(call<void>('remove', path, (done) => fs.unlink(path, done))),
  removeTree: (path) =>
    call<void>('remove', path, (done) => fs.rm(path, { recursive: true, force: true }, done)),
  syncDirectory,
  async freeBytes(path) {
    const stats = await call<fs.StatsFs>('look at free space of', path, (done) => fs.statfs(path, done))
    return stats.bavail * stats.bsize
  },
  async totalBytes(path) {
    const stats = await call<fs.StatsFs>('look at the size of', path, (done) => fs.statfs(path, done))
    return stats.blocks * stats.bsize
  },
  lock: takeFileLock,
}

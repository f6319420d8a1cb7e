import type { FileHandle } from '../../env/files.ts'
import type { BlockCache } from './block-cache.ts'
import { FileSource } from './file-source.ts'
import { readDirectory, readTrailer, writeFooter } from './index-footer.ts'
import { HEADER_BYTES, HEADER_MAGIC, INDEX_VERSION, IndexDamageError, TRAILER_BYTES } from './index-layout.ts'
import { FileSink } from './index-sink.ts'
import { mergeSteps } from './merge.ts'
import { SealedIndex } from './sealed-index.ts'

/** Pages that are verified before others get their turn. */
const VERIFY_PAGES = 16

/** A sealed index in a file. Owns the handle. */
export class FileIndex extends SealedIndex implements AsyncDisposable {
  readonly #handle: FileHandle
  readonly #file: FileSource
  /** Bytes of the file. */
  readonly fileBytes: number

  constructor(
    handle: FileHandle,
    source: FileSource,
    directory: SealedIndex['directory'],
    fileBytes: number,
  ) {
    super(source, directory)
    this.#handle = handle
    this.#file = source
    this.fileBytes = fileBytes
  }

  /** Reads the whole file; throws IndexDamageError when a byte of it is not what was written. `pause` is awaited between slices. */
  async verify(pause: () => Promise<void>): Promise<void> {
    const header = Buffer.from(this.#file.bytes(0, HEADER_BYTES))
    if (header.toString('latin1', 0, 8) !== HEADER_MAGIC)
      throw new IndexDamageError(`${this.#handle.path}: it does not begin as an index file does`)
    for (let page = 0; page < this.#file.pageCount; page += VERIFY_PAGES) {
      this.#file.verify(page, VERIFY_PAGES)
      await pause()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file.close()
    await this.#handle.close()
  }
}

/**
 * Opens an index file: reads its end, and nothing else before it is asked for. Takes over the handle, and closes it when it fails:
 * IndexDamageError when the file is not whole or of another version, else what reading failed with.
 */
export async function openIndex(handle: FileHandle, cache: BlockCache): Promise<FileIndex> {
  try {
    const size = await handle.size()
    const trailerBytes = await readFully(
      handle,
      Math.max(0, size - TRAILER_BYTES),
      Math.min(size, TRAILER_BYTES),
    )
    const trailer = readTrailer(trailerBytes, size, handle.path)
    const length = trailer.directoryLength + trailer.pageCount * 4
    const bytes = await readFully(handle, trailer.directoryAt, length)
    const { directory, checksums } = readDirectory(bytes, trailer, handle.path)
    if (directory.version !== INDEX_VERSION)
      throw new IndexDamageError(
        `${handle.path}: it is of version ${directory.version}, this Chronik reads version ${INDEX_VERSION}`,
      )
    const source = new FileSource(handle, trailer.directoryAt, checksums, cache)
    return new FileIndex(handle, source, directory, size)
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * Writes one index file of the indexes of adjacent ranges, which are in order; returns its size. Works in slices: `pause` is awaited
 * between them. The file is neither durable nor closed by that. Holds 4 bytes per document and distinct string, and some megabytes.
 */
export async function writeIndex(
  handle: FileHandle,
  inputs: readonly SealedIndex[],
  pause: () => Promise<void>,
): Promise<number> {
  const sink = new FileSink(handle)
  const steps = mergeSteps(inputs, sink)
  for (;;) {
    const step = steps.next()
    await sink.flush()
    if (step.done === true) {
      writeFooter(sink, step.value)
      await sink.finish()
      return sink.position
    }
    await pause()
  }
}

async function readFully(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const read = await handle.read(bytes, at)
  if (read < length)
    throw new IndexDamageError(`${handle.path}: ends at ${at + read}, ${length - read} bytes short`)
  return bytes
}

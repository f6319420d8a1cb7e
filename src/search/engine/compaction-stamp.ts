import type { LogFile } from '../../log/log-files.ts'
import { crc32c } from '../../util/crc32c.ts'
import type { IndexRange } from './index-names.ts'

const appended = /^\d{20}\.log$/

/**
 * Stands for the compacted segments that hold offsets of the range: eight hexadecimal digits, or nothing when there are none. Each
 * compaction gives the segment that it writes another name, so an index with another stamp may have records that are gone.
 */
export function compactionStamp(files: readonly LogFile[], { baseOffset, endOffset }: IndexRange): string {
  const names: string[] = []
  for (const [index, file] of files.entries()) {
    const next = files[index + 1]?.baseOffset ?? Infinity
    if (file.baseOffset >= endOffset || next <= baseOffset) continue
    const name = file.path.slice(file.path.lastIndexOf('/') + 1)
    if (!appended.test(name)) names.push(name)
  }
  return names.length === 0 ? '' : (crc32c(Buffer.from(names.join())) >>> 0).toString(16).padStart(8, '0')
}

import { writeHeader } from './index-footer.ts'
import {
  INDEX_VERSION,
  type FieldEntry,
  type IndexDirectory,
  type NumberColumnEntry,
  type ValuesEntry,
} from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import { MemorySource } from './index-source.ts'
import { NumberColumnWriter } from './column-writer.ts'
import { mergeField, type MergeInput } from './merge-field.ts'
import { ValuesWriter } from './packed-values.ts'
import type { SealedIndex } from './sealed-index.ts'

/**
 * Merges indexes of adjacent ranges of one partition, given in order. The bytes are those that one block of all the documents would
 * have been sealed to, but for which fields keep fingerprints (those that any of the indexes does). Yields between slices of work.
 */
export function* mergeSteps(
  indexes: readonly SealedIndex[],
  sink: IndexSink,
): Generator<undefined, IndexDirectory> {
  const first = indexes[0]
  const last = indexes.at(-1)
  if (first === undefined || last === undefined) throw new Error('there is nothing to merge')
  if (first === last && first.source instanceof MemorySource) return yield* copy(first.source, first, sink)
  const inputs: MergeInput[] = []
  let docCount = 0
  let rawBytes = 0
  let endOffset = first.baseOffset
  for (const index of indexes) {
    if (index.baseOffset !== endOffset)
      throw new Error(`offsets ${endOffset} to ${index.baseOffset} are in none of the indexes to merge`)
    endOffset = index.endOffset
    inputs.push({ index, base: docCount })
    docCount += index.docCount
    rawBytes += index.rawBytes
  }
  writeHeader(sink)
  const fields: FieldEntry[] = []
  for (const name of fieldNames(indexes)) {
    fields.push(yield* mergeField(name, inputs, docCount, sink))
    yield
  }
  const offsets = yield* mergeOffsets(inputs, docCount, sink)
  yield
  return {
    version: INDEX_VERSION,
    topic: first.topic,
    topicId: first.topicId,
    partition: first.partition,
    baseOffset: first.baseOffset,
    endOffset,
    docCount,
    rawBytes,
    offsets,
    timestamps: yield* mergeTimestamps(inputs, docCount, sink),
    fields,
  }
}

const COPY_BYTES = 1024 * 1024

/** One index in memory already has the form that is wanted. */
function* copy(
  source: MemorySource,
  index: SealedIndex,
  sink: IndexSink,
): Generator<undefined, IndexDirectory> {
  for (let at = 0; at < source.size; at += COPY_BYTES) {
    sink.write(source.all.subarray(at, at + COPY_BYTES))
    yield
  }
  return index.directory
}

function fieldNames(indexes: readonly SealedIndex[]): string[] {
  const names = new Set(indexes.flatMap(({ directory }) => directory.fields.map(({ name }) => name)))
  return [...names]
    .map((name) => ({ name, bytes: Buffer.from(name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ name }) => name)
}

function* mergeOffsets(
  inputs: readonly MergeInput[],
  docCount: number,
  sink: IndexSink,
): Generator<undefined, ValuesEntry | null> {
  const first = inputs[0]?.index.baseOffset ?? 0
  const full = inputs.findLast(({ index }) => index.docCount > 0)?.index
  if (full === undefined || full.offsetOf(full.docCount - 1) === first + docCount - 1) return null
  const writer = new ValuesWriter(sink)
  for (const { index } of inputs) {
    for (let doc = 0; doc < index.docCount; doc++) writer.add(index.offsetOf(doc) - first)
    yield
  }
  return writer.finish()
}

function* mergeTimestamps(
  inputs: readonly MergeInput[],
  docCount: number,
  sink: IndexSink,
): Generator<undefined, NumberColumnEntry | null> {
  if (docCount === 0) return null
  const writer = new NumberColumnWriter(sink, docCount)
  for (const { index, base } of inputs) {
    for (let doc = 0; doc < index.docCount; doc++) writer.add(base + doc, index.timestampOf(doc))
    yield
  }
  return writer.finish()
}

import type { IndexSink } from './index-sink.ts'

const zeros = new Uint8Array(8)

/** Writes zeros up to the next multiple of `unit`, 8 at most. */
export function alignSink(sink: IndexSink, unit: number): void {
  const rest = sink.position % unit
  if (rest !== 0) sink.write(zeros.subarray(0, unit - rest))
}

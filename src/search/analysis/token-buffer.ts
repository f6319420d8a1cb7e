/**
 * The tokens of one text, as bytes: token i is `bytes` from `starts[i]` to `ends[i]`, with its hash (`hashBytes`) and position.
 * Reused from text to text, so that no token costs an object.
 */
export class TokenBuffer {
  bytes = new Uint8Array(4096)
  /** Bytes in use. */
  length = 0
  count = 0
  starts = new Int32Array(256)
  ends = new Int32Array(256)
  hashes = new Int32Array(256)
  positions = new Int32Array(256)

  clear(): void {
    this.length = 0
    this.count = 0
  }

  /** Makes room for `length` more bytes and one more token. */
  reserve(length: number): void {
    if (this.length + length > this.bytes.length) {
      const grown = new Uint8Array((this.length + length) * 2)
      grown.set(this.bytes.subarray(0, this.length))
      this.bytes = grown
    }
    if (this.count < this.starts.length) return
    this.starts = doubled(this.starts)
    this.ends = doubled(this.ends)
    this.hashes = doubled(this.hashes)
    this.positions = doubled(this.positions)
  }
}

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(values.length * 2)
  grown.set(values)
  return grown
}

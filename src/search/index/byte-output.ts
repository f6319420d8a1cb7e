/** Bytes that are being written: grows as needed and keeps its memory when it is reset. Numbers are little endian. */
export class ByteOutput {
  bytes: Uint8Array
  length = 0
  #view: DataView

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.bytes.buffer)
  }

  reset(): void {
    this.length = 0
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.#view = new DataView(grown.buffer)
  }

  /** One byte, 0 to 255. */
  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** Seven bits a byte, lowest first; 0 to 2^53. */
  varint(value: number): void {
    if (this.length + 8 > this.bytes.length) this.reserve(8)
    if (value < 0x80) {
      this.bytes[this.length++] = value
      return
    }
    let rest = value
    while (rest >= 0x8000_0000) {
      this.bytes[this.length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.bytes[this.length++] = rest
  }

  uint32(value: number): void {
    this.reserve(4)
    this.#view.setUint32(this.length, value, true)
    this.length += 4
  }

  float64(value: number): void {
    this.reserve(8)
    this.#view.setFloat64(this.length, value, true)
    this.length += 8
  }

  append(source: Uint8Array, start: number, end: number): void {
    const count = end - start
    if (this.length + count > this.bytes.length) this.reserve(count)
    if (count < 24) {
      const into = this.bytes
      let to = this.length
      for (let at = start; at < end; at++) into[to++] = source[at]!
      this.length = to
    } else {
      this.bytes.set(source.subarray(start, end), this.length)
      this.length += count
    }
  }

  words(source: Uint32Array, count: number): void {
    this.append(new Uint8Array(source.buffer, source.byteOffset, count * 4), 0, count * 4)
  }

  /** Pads with zeros to a multiple of `unit`, counted from `origin`, where this output will stand in the file. */
  align(unit: number, origin = 0): void {
    while ((origin + this.length) % unit !== 0) this.byte(0)
  }

  view(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}

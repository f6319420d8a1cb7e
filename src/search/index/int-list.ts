/** Longer lists give their memory back when they are cleared. */
const KEPT_MAX = 1 << 23

/** Int32 numbers that are appended. */
export class IntList {
  values: Int32Array<ArrayBuffer>
  length = 0

  constructor(capacity = 64) {
    this.values = new Int32Array(capacity)
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(1)
    this.values[this.length++] = value
  }

  reserve(count: number): void {
    if (this.length + count <= this.values.length) return
    const grown = new Int32Array(Math.max(this.values.length * 2, this.length + count))
    grown.set(this.values)
    this.values = grown
  }

  clear(): void {
    this.length = 0
    if (this.values.length > KEPT_MAX) this.values = new Int32Array(64)
  }
}

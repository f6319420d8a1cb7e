/**
 * Compares strings in the order of their UTF-8 bytes, which is that of their code points. It differs from `<` only where a surrogate
 * pair meets a unit above it.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left === right) continue
    // Surrogates stand for code points above all others, so they sort behind U+E000 to U+FFFF here.
    return weight(left) - weight(right)
  }
  return a.length - b.length
}

function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

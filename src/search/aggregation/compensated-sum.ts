/** Kahan's sum: `rest` is what the additions lost, so that the sum of many small numbers is right to the last digits. */
export interface CompensatedSum {
  sum: number
  rest: number
}

export function addTo(into: CompensatedSum, value: number): void {
  const corrected = value + into.rest
  const next = into.sum + corrected
  into.rest = corrected - (next - into.sum)
  into.sum = next
}

/** Both sums in one, as `[sum, rest]`. */
export function sumOf(a: number, aRest: number, b: number, bRest: number): readonly [number, number] {
  const both = { sum: a, rest: aRest }
  addTo(both, b)
  addTo(both, bRest)
  return [both.sum, both.rest]
}

/** A number as a pattern of Java's DecimalFormat says: `0.00`, `#,##0`, `0.0%`, with text around it. Null leaves it as it is. */
export function numberWriter(format: string | null): ((value: number) => string) | null {
  if (format === null) return null
  const match = /^([^#0.,]*)([#0,]*)(?:\.([#0]*))?(.*)$/s.exec(format.split(';')[0] ?? '')
  const [, prefix = '', whole = '', fraction = '', suffix = ''] = match ?? []
  const scale = format.includes('%') ? 100 : 1
  const least = fraction.replaceAll('#', '').length
  const digits = whole.replaceAll(/[#,]/g, '').length
  const grouped = whole.includes(',')
  return (value) => {
    const text = rounded(Math.abs(value * scale), Math.min(100, fraction.length))
    const [integer = '0', decimals = ''] = text.split('.')
    let kept = decimals
    while (kept.length > least && kept.endsWith('0')) kept = kept.slice(0, -1)
    const padded = integer.padStart(digits, '0')
    const head = grouped ? padded.replaceAll(/\B(?=(?:\d{3})+$)/g, ',') : padded
    return `${value < 0 ? '-' : ''}${prefix}${head}${kept === '' ? '' : `.${kept}`}${suffix}`
  }
}

/** Rounded to so many decimals, halves to the even digit, as DecimalFormat does. */
function rounded(value: number, decimals: number): string {
  const up = value.toFixed(decimals)
  // A double that is a half exactly has few digits behind it, all of which this shows.
  const exact = value.toFixed(Math.min(100, decimals + 55))
  const point = exact.indexOf('.')
  const kept = exact.slice(0, decimals === 0 ? point : point + 1 + decimals)
  const half = /^5(?:0*)$/.test(exact.slice(point + 1 + decimals))
  return half && '02468'.includes(kept.at(-1) ?? '') ? kept : up
}

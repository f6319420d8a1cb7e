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
    const text = Math.abs(value * scale).toFixed(Math.min(100, fraction.length))
    const [integer = '0', decimals = ''] = text.split('.')
    let kept = decimals
    while (kept.length > least && kept.endsWith('0')) kept = kept.slice(0, -1)
    const padded = integer.padStart(digits, '0')
    const head = grouped ? padded.replaceAll(/\B(?=(?:\d{3})+$)/g, ',') : padded
    return `${value < 0 ? '-' : ''}${prefix}${head}${kept === '' ? '' : `.${kept}`}${suffix}`
  }
}

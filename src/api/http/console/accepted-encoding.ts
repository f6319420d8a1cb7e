export type Encoding = 'br' | 'gzip' | 'identity'

/** The best of the encodings that there are, of those that the header `Accept-Encoding` allows. */
export function acceptedEncoding(header: string | undefined, available: readonly Encoding[]): Encoding {
  const allowed = new Set<string>()
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) allowed.add(name)
  }
  return available.find((encoding) => allowed.has(encoding)) ?? 'identity'
}

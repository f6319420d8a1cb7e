/** A host name or IP address and a port. IPv6 addresses stand without brackets here, with brackets in text. */
export interface Address {
  readonly host: string
  readonly port: number
}

const MAX_PORT = 65535

/** Reads `host:port`, `[ipv6]:port`, or `:port` (all interfaces). Returns null when the text is none of these. */
export function parseAddress(text: string): Address | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/@]*)):(\d{1,5})$/.exec(text)
  if (match === null) return null
  const port = Number(match[3])
  if (port > MAX_PORT) return null
  const host = match[1] ?? match[2] ?? ''
  return { host: host === '' ? '0.0.0.0' : host, port }
}

export function formatAddress(address: Address): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return `${host}:${address.port}`
}

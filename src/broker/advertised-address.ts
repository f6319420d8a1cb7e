import type { Address } from '../config/address.ts'

/** What Metadata answers as this broker's address. */
export interface AdvertisedAddress {
  /** `auto`: the address that the client reached, which it can reach again. Else the configured one. */
  for(client: { readonly localAddress: string; readonly localPort: number }): { host: string; port: number }
}

export function advertisedAddress(setting: 'auto' | Address): AdvertisedAddress {
  if (setting !== 'auto') return { for: () => ({ host: setting.host, port: setting.port }) }
  return { for: (client) => ({ host: client.localAddress, port: client.localPort }) }
}

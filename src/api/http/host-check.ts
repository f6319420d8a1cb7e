/**
 * Whether a request may name this host. A server on loopback is reached by browsers of the same machine; a web page from elsewhere
 * whose name is made to point to 127.0.0.1 (DNS rebinding) could use it, but for the Host header, which then holds that name. Browsers
 * always send one; a probe with HTTP/1.0 may not.
 */
export function hostAllowed(hostHeader: string | undefined, listenHost: string): boolean {
  if (hostHeader === undefined || !isLoopback(listenHost)) return true
  const host = hostName(hostHeader)
  return isLoopback(host) || host === listenHost.toLowerCase()
}

export function isLoopback(host: string): boolean {
  const name = host.toLowerCase()
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
}

/** The host of `host`, `host:port` and `[ipv6]:port`. */
function hostName(header: string): string {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d+)?$/i.exec(header)
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase()
}

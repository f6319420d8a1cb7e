import type { TLSSocket, TlsOptions } from 'node:tls'
import type { TlsInfo, TlsSettings } from '../network.ts'

/** A peer that has not finished its handshake by then is dropped. */
const handshakeTimeoutMs = 10_000

export function tlsServerOptions(settings: TlsSettings): TlsOptions {
  return {
    cert: settings.certificate,
    key: settings.key,
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
    ...(settings.ciphers === undefined ? {} : { ciphers: settings.ciphers }),
    requestCert: settings.clientAuth !== 'none',
    rejectUnauthorized: settings.clientAuth === 'required',
    minVersion: settings.minVersion,
    handshakeTimeout: handshakeTimeoutMs,
    allowHalfOpen: true,
    keepAlive: true,
    noDelay: true,
  }
}

/**
 * Why a client's certificate is not accepted, or null. With `requested` a client may come without one, but, as with
 * Kafka's `ssl.client.auth=requested`, one that it shows must be trusted.
 */
export function clientCertificateFailure(socket: TLSSocket): Error | null {
  if (socket.authorized || socket.getPeerX509Certificate() === undefined) return null
  const reason = String(socket.authorizationError)
  const message = `the client's certificate is not trusted (${reason}); it must be signed by the listener's CA`
  return Object.assign(new Error(message), { code: 'ERR_TLS_CLIENT_CERTIFICATE' })
}

/**
 * An RFC 2253 name such as `CN=alice,OU=ops,O=example`, the most specific part first, as Kafka's principals have it.
 * Node gives one attribute per line, in the order of the certificate, already escaped by the same RFC.
 */
export function distinguishedName(subject: string): string {
  return subject.split('\n').toReversed().join(',')
}

export function tlsInfoOf(socket: TLSSocket): TlsInfo {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    clientSubject: certificate === undefined ? null : distinguishedName(certificate.subject),
  }
}

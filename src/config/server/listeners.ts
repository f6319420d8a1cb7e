import { defineProperties } from '../property.ts'

/** Where the server listens and what it tells clients about that. */
export const listenerProperties = defineProperties({
  'kafka.listen': {
    type: 'address',
    default: '127.0.0.1:9092',
    importance: 'high',
    doc: 'Address and port for Kafka clients. Port 0 picks a free one; an empty host (":9092") means all interfaces.',
  },
  'http.listen': {
    type: 'address',
    default: '127.0.0.1:8080',
    importance: 'high',
    doc: 'Address and port for the console, the HTTP APIs and /metrics.',
  },
  advertise: {
    type: 'address',
    auto: true,
    default: 'auto',
    importance: 'high',
    doc: 'What clients are told to connect to. "auto" answers each client with the address that it reached, which is right unless a proxy or port mapping lies between.',
  },
  'tls.enable': {
    type: 'boolean',
    default: 'false',
    importance: 'medium',
    doc: 'Makes the Kafka listener speak TLS. It needs tls.certificate.file and tls.key.file.',
  },
  'tls.certificate.file': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'PEM file with the server’s certificate, followed by its intermediate certificates.',
  },
  'tls.key.file': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'PEM file with the private key of the certificate.',
  },
  'tls.ca.file': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'PEM file with the authorities that client certificates must come from. Without it, the system’s are used.',
  },
  'tls.client.auth': {
    type: 'enum',
    default: 'none',
    values: ['none', 'requested', 'required'],
    importance: 'medium',
    kafkaAliases: ['ssl.client.auth'],
    doc: 'Whether a client is asked for a certificate, and whether it may go without.',
  },
  'tls.min.version': {
    type: 'enum',
    default: 'TLSv1.2',
    values: ['TLSv1.2', 'TLSv1.3'],
    importance: 'low',
    doc: 'Oldest TLS version that a client may speak.',
  },
  'tls.ciphers': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Allowed cipher suites in OpenSSL’s notation. Without it, Node’s list is used.',
  },
})

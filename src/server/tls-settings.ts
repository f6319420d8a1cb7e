import type { ResolvedConfig } from '../config/resolved-config.ts'
import type { Env } from '../env/env.ts'
import type { TlsSettings } from '../env/network.ts'
import { StartError } from './start-error.ts'

/** TLS of the Kafka listener, with the files read; null when it is off. */
export async function tlsSettings(config: ResolvedConfig, env: Env): Promise<TlsSettings | null> {
  if (!config.get('tls.enable')) return null
  const ca = config.get('tls.ca.file')
  const ciphers = config.get('tls.ciphers')
  return {
    certificate: await readSecret(env, 'tls.certificate.file', config.get('tls.certificate.file')),
    key: await readSecret(env, 'tls.key.file', config.get('tls.key.file')),
    ...(ca === null ? {} : { ca: await readSecret(env, 'tls.ca.file', ca) }),
    clientAuth: config.get('tls.client.auth'),
    minVersion: config.get('tls.min.version'),
    ...(ciphers === null ? {} : { ciphers }),
  }
}

const fileBytesMax = 1 << 20

async function readSecret(env: Env, setting: string, path: string | null): Promise<Buffer> {
  if (path === null) throw new StartError('TLS_UNUSABLE', `tls.enable is set, so ${setting} must name a file`)
  const stat = await env.files.stat(path)
  if (stat?.kind !== 'file' || stat.size > fileBytesMax) {
    throw new StartError('TLS_UNUSABLE', `${setting}=${path} is no file that can be read`)
  }
  await using handle = await env.files.open(path, 'read')
  const content = Buffer.alloc(stat.size)
  await handle.read(content, 0)
  return content
}

import type { ConfigProblem } from './config-error.ts'
import type { ResolvedConfig } from './resolved-config.ts'
import type { ServerPropertyName, ServerValue } from './server-properties.ts'

type Check = (config: Pick<ResolvedConfig, 'get'>) => ConfigProblem | null

/** What must hold between settings, and what the type of a single one cannot say. */
const checks: readonly Check[] = [
  (config) => {
    const id = config.get('cluster.id')
    if (id === null || /^[A-Za-z0-9_-]{22}$/.test(id)) return null
    return conflict(
      'cluster.id',
      `cluster.id "${id}" is not 22 characters of base64url, as chronik and kafka-storage random-uuid make them`,
    )
  },
  (config) => {
    if (config.get('data.dir') !== '') return null
    return conflict('data.dir', 'data.dir is empty; give a directory, for example ./data')
  },
  (config) => {
    if (!config.get('tls.enable')) return null
    const missing = (['tls.certificate.file', 'tls.key.file'] as const).find(
      (name) => config.get(name) === null,
    )
    if (missing === undefined) return null
    return conflict(
      'tls.enable',
      `tls.enable is true but ${missing} is not set; give the PEM file or turn TLS off`,
    )
  },
  (config) => {
    if (config.get('tls.client.auth') === 'none' || config.get('tls.enable')) return null
    return conflict(
      'tls.client.auth',
      `tls.client.auth is ${config.get('tls.client.auth')} but tls.enable is false, so no client would be asked; turn TLS on`,
    )
  },
  notAbove('group.min.session.timeout.ms', 'group.max.session.timeout.ms'),
  notAbove('socket.first.request.max.bytes', 'socket.request.max.bytes'),
  notAbove('socket.request.max.bytes', 'queued.max.request.bytes'),
  notAbove('wal.group.max.bytes', 'wal.file.bytes'),
  (config) => {
    for (const element of config.get('log.components')) {
      if (/^[a-z][a-z0-9-]*=(trace|debug|info|warn|error|fatal|silent)$/.test(element)) continue
      return conflict(
        'log.components',
        `log.components: "${element}" is not component=level with a level of trace, debug, info, warn, error, fatal, silent`,
      )
    }
    return null
  },
]

export function runChecks(config: Pick<ResolvedConfig, 'get'>): ConfigProblem[] {
  return checks.map((check) => check(config)).filter((problem) => problem !== null)
}

type NumberName = {
  [N in ServerPropertyName]: ServerValue<N> extends number ? N : never
}[ServerPropertyName]

function notAbove(lower: NumberName, upper: NumberName): Check {
  return (config) => {
    const low = config.get(lower)
    const high = config.get(upper)
    if (low <= high) return null
    return conflict(
      lower,
      `${lower} is ${low}, which is above ${upper} (${high}); lower the first or raise the second`,
    )
  }
}

function conflict(key: string, sentence: string): ConfigProblem {
  return { code: 'CONFIG_CONFLICT', key, value: null, message: `${sentence}.` }
}

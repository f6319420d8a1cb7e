import type { ConfigProblem } from './config-error.ts'
import type { Variables } from './interpolate.ts'
import { knownSettings } from './known-settings.ts'
import type { SettingInput } from './setting-input.ts'
import { suggest } from '../util/suggest.ts'
import type { LayerResult } from './toml-layer.ts'

const PREFIX = 'CHRONIK_'

/** Variables with our prefix that are no settings: where the file is. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set(['CHRONIK_CONFIG'])

/** `wal.sync` is `CHRONIK_WAL_SYNC`; an underscore in a name would be doubled. */
export function environmentName(setting: string): string {
  return PREFIX + setting.replaceAll('_', '__').replaceAll('.', '_').toUpperCase()
}

/** Reads `CHRONIK_*`. A variable that is no setting is a problem, since it surely was meant to be one. */
export function readEnvironmentLayer(environment: Variables): LayerResult {
  const inputs: SettingInput[] = []
  const problems: ConfigProblem[] = []
  for (const [variable, raw] of Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (raw === undefined || !variable.startsWith(PREFIX) || OTHER_VARIABLES.has(variable)) continue
    if (isServiceLink(variable, raw)) continue
    const name = settingName(variable.slice(PREFIX.length))
    if (knownSettings.has(name)) {
      inputs.push({ name, raw, isList: false, source: { kind: 'environment', variable } })
    } else problems.push(unknownVariable(variable, name))
  }
  return { inputs, problems }
}

function settingName(rest: string): string {
  return rest
    .toLowerCase()
    .split('__')
    .map((part) => part.replaceAll('_', '.'))
    .join('_')
}

function unknownVariable(variable: string, name: string): ConfigProblem {
  const near = suggest(name, knownSettings.keys())
  const hint = near === null ? '' : `; did you mean ${environmentName(near)}?`
  return {
    code: 'CONFIG_UNKNOWN_KEY',
    key: variable,
    value: null,
    message: `the environment variable ${variable} names no setting (${name})${hint || '.'}`,
  }
}

/**
 * Kubernetes puts `<SERVICE>_SERVICE_HOST`, `<SERVICE>_PORT=tcp://...` and the like into every container, so a service
 * named "chronik" or "kafka" would otherwise look like a misspelt setting.
 */
export function isServiceLink(variable: string, value: string): boolean {
  if (/_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(variable)) return true
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(variable)) return true
  return variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value)
}

import { formatAddress, parseAddress, type Address } from './address.ts'
import type { ConfigProblem } from './config-error.ts'
import type { Variables } from './interpolate.ts'
import type { SettingInput } from './setting-input.ts'

const LISTENERS = 'KAFKA_LISTENERS'
const ADVERTISED = 'KAFKA_ADVERTISED_LISTENERS'
const PROTOCOLS = 'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP'
const CONTROLLERS = 'KAFKA_CONTROLLER_LISTENER_NAMES'

interface NamedListener {
  readonly name: string
  readonly address: Address
  /** Kafka's notation has no host, which means all interfaces (or, advertised, the machine's own name). */
  readonly anyHost: boolean
}

export interface ListenerResult {
  readonly inputs: readonly SettingInput[]
  readonly problems: readonly ConfigProblem[]
  readonly warnings: readonly string[]
  /** Variables that were used here. */
  readonly handled: ReadonlySet<string>
}

/**
 * Turns Kafka's listener variables into `kafka.listen`, `advertise` and `tls.enable`. Controller listeners are left
 * out. Without KAFKA_LISTENERS, the ports come from KAFKA_ADVERTISED_LISTENERS, as in the Apache image.
 */
export function readListeners(environment: Variables): ListenerResult {
  const handled = new Set([LISTENERS, ADVERTISED, PROTOCOLS, CONTROLLERS])
  const variable = environment[LISTENERS] === undefined ? ADVERTISED : LISTENERS
  const text = environment[variable]
  if (text === undefined) return { inputs: [], problems: [], warnings: [], handled }
  const bound = parseListeners(variable, text)
  const advertised = parseListeners(ADVERTISED, environment[ADVERTISED] ?? '')
  if ('code' in bound) return { inputs: [], problems: [bound], warnings: [], handled }
  if ('code' in advertised) return { inputs: [], problems: [advertised], warnings: [], handled }

  const controllers = (environment[CONTROLLERS] ?? 'CONTROLLER').split(',').map((name) => name.trim())
  const clients = bound.filter((listener) => !controllers.includes(listener.name))
  const chosen = clients[0]
  if (chosen === undefined) return { inputs: [], problems: [], warnings: [], handled }

  const inputs = [listenInput(variable, chosen)]
  const told = advertised.find((listener) => listener.name === chosen.name)
  if (told !== undefined && !told.anyHost) {
    inputs.push(input('advertise', formatAddress(told.address), ADVERTISED))
  }
  const warnings = clients.length > 1 ? [severalListeners(variable, chosen, clients)] : []
  const protocol = protocolOf(chosen.name, environment[PROTOCOLS] ?? '')
  if (protocol === 'SSL') inputs.push(input('tls.enable', 'true', variable))
  const problems =
    protocol === 'PLAINTEXT' || protocol === 'SSL' ? [] : [unsupported(variable, chosen, protocol)]
  return { inputs, problems, warnings, handled }
}

function listenInput(variable: string, listener: NamedListener): SettingInput {
  // An advertised host is what clients resolve; it need not be an interface of this machine.
  const address =
    variable === ADVERTISED ? { host: '0.0.0.0', port: listener.address.port } : listener.address
  return input('kafka.listen', formatAddress(address), variable)
}

function input(name: string, raw: string, variable: string): SettingInput {
  return { name, raw, isList: false, source: { kind: 'environment', variable } }
}

function parseListeners(variable: string, text: string): readonly NamedListener[] | ConfigProblem {
  const listeners: NamedListener[] = []
  for (const part of text.split(',').map((element) => element.trim())) {
    if (part === '') continue
    const match = /^([A-Za-z0-9_-]+):\/\/(.*)$/.exec(part)
    const rest = match?.[2] ?? ''
    const address = parseAddress(rest)
    if (match === null || address === null) {
      return {
        code: 'CONFIG_INVALID_VALUE',
        key: variable,
        value: text,
        message: `${variable}: "${part}" is no listener; expected NAME://host:port, for example PLAINTEXT://0.0.0.0:9092.`,
      }
    }
    listeners.push({ name: (match[1] ?? '').toUpperCase(), address, anyHost: rest.startsWith(':') })
  }
  return listeners
}

function protocolOf(name: string, map: string): string {
  for (const pair of map.split(',')) {
    const [listener = '', protocol = ''] = pair.split(':')
    if (listener.trim().toUpperCase() === name) return protocol.trim().toUpperCase()
  }
  // Without an entry, Kafka takes the listener's name for its protocol.
  return name
}

function severalListeners(
  variable: string,
  chosen: NamedListener,
  clients: readonly NamedListener[],
): string {
  const names = clients.map((listener) => listener.name).join(', ')
  return `${variable} has several client listeners (${names}); Chronik has one and takes ${chosen.name} on port ${chosen.address.port}. Set CHRONIK_KAFKA_LISTEN to choose another`
}

function unsupported(variable: string, chosen: NamedListener, protocol: string): ConfigProblem {
  return {
    code: 'CONFIG_INVALID_VALUE',
    key: variable,
    value: protocol,
    message: `${variable}: the listener ${chosen.name} asks for the security protocol ${protocol}, but the Kafka listener speaks PLAINTEXT or SSL; change it or map ${chosen.name} to one of those in ${PROTOCOLS}.`,
  }
}

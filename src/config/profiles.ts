import type { ServerPropertyName } from './server-properties.ts'

/** What a profile is chosen by when it says `auto`. */
export interface Machine {
  /** Memory that the process may use, the container's limit included. */
  readonly memoryBytes: number
}

type Preset = Readonly<Partial<Record<ServerPropertyName, string>>>

const SMALL_MACHINE_BYTES = 1.5 * 2 ** 30

/**
 * The presets. `medium` and `balanced` are empty because the defaults of the settings are made for them, so that each
 * default stands in one place.
 */
export const walProfiles: Readonly<Record<'low' | 'medium' | 'high' | 'ultra', Preset>> = {
  low: { 'wal.linger.ms': '0ms', 'wal.group.max.bytes': '2MiB', 'wal.file.bytes': '64MiB' },
  medium: {},
  high: { 'wal.linger.ms': '1ms', 'wal.group.max.bytes': '16MiB' },
  ultra: { 'wal.linger.ms': '5ms', 'wal.group.max.bytes': '32MiB', 'wal.file.bytes': '512MiB' },
}

export const produceProfiles: Readonly<Record<'low-latency' | 'balanced' | 'high-throughput', Preset>> = {
  'low-latency': {
    'log.write.behind.bytes': '256KiB',
    'log.write.behind.interval.ms': '200ms',
    'log.cache.bytes': '64MiB',
  },
  balanced: {},
  'high-throughput': {
    'log.write.behind.bytes': '4MiB',
    'log.write.behind.interval.ms': '5s',
    'log.cache.bytes': '256MiB',
  },
}

/**
 * `auto` never chooses a profile that lingers: records already group while the previous commit runs, so waiting only
 * pays for those who ask for it.
 */
export function chooseWalProfile(machine: Machine): 'low' | 'medium' {
  return machine.memoryBytes < SMALL_MACHINE_BYTES ? 'low' : 'medium'
}

import type { Env } from '../../env/env.ts'
import type { FileHandle, Files } from '../../env/files.ts'
import { Checkpointer } from '../checkpointer.ts'
import { OffsetMap } from '../compaction/offset-map.ts'
import { PartitionLog } from '../partition-log.ts'
import { PartitionTransactions } from '../partition-transactions.ts'
import { ProducerState } from '../producer-state.ts'
import { TailCache } from '../tail-cache.ts'
import { WalFiles } from '../wal/wal-files.ts'

/** A bug for the simulation to find. */
export interface PlantedBug {
  readonly name: string
  /** What the log sees of the machine. */
  readonly plant?: (env: Env) => Env
  /** Changes the code; returns how to change it back. */
  readonly patch?: () => () => void
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'appends are acknowledged without fdatasync',
    plant: withoutSync((path) => path.includes('/wal/')),
  },
  {
    name: 'a checkpoint is written before segments are synced',
    plant: withoutSync((path) => path.includes('/log/')),
  },
  { name: 'directories are not synced', plant: withoutDirectorySync },
  {
    name: 'a WAL file is let go when the next one begins, before a checkpoint covers it',
    patch: () =>
      replace(
        WalFiles.prototype,
        'roll',
        (roll) =>
          async function (this: WalFiles) {
            const file = await roll.call(this)
            await this.retireBelow(file.number)
            return file
          },
      ),
  },
  {
    name: 'a checkpoint remembers producers of batches that are not durable',
    patch: () =>
      replace(
        ProducerState.prototype,
        'encode',
        (encode) =>
          function (this: ProducerState) {
            return encode.call(this, Infinity)
          },
      ),
  },
  {
    name: 'a transaction counts as ended before its marker is committed',
    patch: () =>
      replace(
        PartitionTransactions.prototype,
        'lastStableOffset',
        (lastStableOffset) =>
          function (this: PartitionTransactions) {
            return lastStableOffset.call(this, Infinity)
          },
      ),
  },
  {
    name: 'memory is used again while a reader still has it',
    patch: () => {
      const undo = [
        replace(TailCache.prototype, 'retain', () => () => {}),
        replace(TailCache.prototype, 'release', () => () => {}),
      ]
      return () => undo.forEach((back) => back())
    },
  },
  {
    name: 'files that compaction exchanged go before a checkpoint names the new ones',
    patch: () => replace(Checkpointer.prototype, 'rewrite', () => async () => {}),
  },
  {
    name: 'compaction takes the last record of a key for an older one',
    patch: () =>
      replace(
        OffsetMap.prototype,
        'put',
        (put) =>
          function (this: OffsetMap, buffer: Uint8Array, start: number, end: number, offset: number) {
            put.call(this, buffer, start, end, offset + 1)
            this.latestOffset = offset
          },
      ),
  },
  {
    name: 'a checkpoint joins a write-out that began before it',
    patch: () => {
      const running = new WeakMap<PartitionLog, Promise<void>>()
      return replace(
        PartitionLog.prototype,
        'writeOut',
        (writeOut) =>
          function (this: PartitionLog) {
            const joined = running.get(this) ?? writeOut.call(this).finally(() => running.delete(this))
            running.set(this, joined)
            return joined
          },
      )
    },
  },
]

/** `make` gets the method that stands there and gives the one to put there. Returns how to put the first one back. */
export function replace<T extends object, K extends keyof T>(
  prototype: T,
  name: K,
  make: (original: T[K]) => T[K],
): () => void {
  const original = prototype[name]
  prototype[name] = make(original)
  return () => {
    prototype[name] = original
  }
}

function withoutDirectorySync(env: Env): Env {
  return { ...env, files: changed(env.files, { syncDirectory: async () => {} }) }
}

function withoutSync(hits: (path: string) => boolean): (env: Env) => Env {
  return (env) => {
    const open: Files['open'] = async (path, mode) => {
      const handle = await env.files.open(path, mode)
      return hits(path) ? changed<FileHandle>(handle, { datasync: async () => {} }) : handle
    }
    return { ...env, files: changed(env.files, { open }) }
  }
}

/** The object with some methods replaced; the others still run on the original, which has private state. */
function changed<T extends object>(original: T, replaced: Partial<T>): T {
  return new Proxy(original, {
    get(target, name) {
      const value: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

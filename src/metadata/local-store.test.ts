import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeEnv } from '../env/node/env.ts'
import { metaStoreConformance } from './conformance.ts'
import { LocalStore } from './local-store.ts'

const { files, clock, random } = nodeEnv()

metaStoreConformance('local store', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chronik-metadata-'))
  return {
    open: () => LocalStore.open({ directory, files, clock, random, snapshotTransactions: 20 }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
})

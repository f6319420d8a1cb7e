/**
 * Packs the generator's output into the files of this folder: `sh scripts/node.sh test/vectors/pack.ts [OUTPUT]`,
 * where OUTPUT is the folder that the generator wrote (its target/vectors by default).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const folder = import.meta.dirname
const output = process.argv[2] ?? join(folder, 'generator/target/vectors')

interface Range {
  readonly name: string
  readonly advertised?: { readonly BROKER?: readonly [number, number] }
}

function read(name: string): string {
  return readFileSync(join(output, name), 'utf8')
}

function pack(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.gz`), gzipSync(text, { level: 9 }))
}

const ranges: Record<string, Range> = JSON.parse(read('api-ranges.json'))
const served = Object.values(ranges).filter((api) => api.advertised?.BROKER !== undefined)
pack('api-ranges.jsonl', served.map((api) => `${JSON.stringify(api)}\n`).join(''))

const lines = served.flatMap(({ name }) =>
  ['request', 'response'].flatMap((direction) =>
    read(`${name}.${direction}.jsonl`)
      .split('\n')
      .filter((line) => line !== '' && JSON.parse(line).stable !== false)
      .map((line) => `{"direction":"${direction}",${line.slice(1)}\n`),
  ),
)
pack('messages.jsonl', lines.join(''))

interface ErrorFacts {
  readonly code: number
  readonly retriable: boolean
}

const errors: Record<string, ErrorFacts> = JSON.parse(read('errors.json'))
const facts = Object.entries(errors).map(([name, { code, retriable }]) => ({ name, code, retriable }))
pack('errors.jsonl', facts.map((entry) => `${JSON.stringify(entry)}\n`).join(''))

for (const name of [
  'headers.jsonl',
  'consumer-protocol.jsonl',
  'coordinator-records.jsonl',
  'uuid-base64.jsonl',
  'crc32c.jsonl',
  'murmur2.jsonl',
  'record-batches.jsonl',
]) {
  pack(name, read(name))
}

// Server-side assignors only: assignments of classic groups are the clients' business.
const assignors = read('assignors.jsonl')
  .split('\n')
  .filter((line) => line.startsWith('{"side":"server"') && !line.includes('"assignor":"simple"'))
pack('assignors.jsonl', `${assignors.join('\n')}\n`)

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readVectors } from '../../test/vectors/read.ts'
import {
  apiOf,
  apiTable,
  isSupported,
  knownApi,
  requestHeaderVersion,
  responseHeaderVersion,
} from './api-keys.ts'
import type { KafkaError } from './errors.ts'

interface Range {
  readonly key: bigint
  readonly name: string
  readonly oldest: bigint
  readonly latest: bigint
  readonly requestFlexibleFrom?: bigint | null
  readonly responseFlexibleFrom?: bigint | null
  readonly advertised: { readonly BROKER: readonly [bigint, bigint] }
}

interface HeaderPair {
  readonly key: bigint
  readonly version: bigint
  readonly requestHeader?: bigint
  readonly responseHeader: bigint
}

test('keys, names, versions and advertised ranges are those of the broker listener', () => {
  const ranges = readVectors<Range>('api-ranges')
  assert.equal(ranges.length, 79)
  for (const range of ranges) {
    const api = knownApi(Number(range.key))
    assert.equal(api.name, range.name)
    assert.deepEqual(api.versions.map(BigInt), [range.oldest, range.latest], api.name)
    assert.deepEqual(api.advertised.map(BigInt), range.advertised.BROKER, api.name)
    const flexible = range.requestFlexibleFrom ?? null
    assert.equal(api.flexibleFrom, flexible === null ? null : Number(flexible), api.name)
  }
  assert.deepEqual(
    apiTable.map((api) => api.key),
    ranges.map((range) => Number(range.key)),
  )
})

test('request and response agree on versions and on where flexible ones begin', () => {
  for (const { name, request, response } of apiTable) {
    assert.deepEqual(request.versions, response.versions, name)
    assert.equal(request.flexibleFrom, response.flexibleFrom, name)
    assert.equal(request.name, `${name}Request`)
    assert.equal(response.name, `${name}Response`)
  }
})

test('every version travels with the headers that Kafka gives it', () => {
  let compared = 0
  for (const pair of readVectors<HeaderPair>('headers')) {
    if (pair.requestHeader === undefined) continue
    const api = apiOf(Number(pair.key))
    const version = Number(pair.version)
    if (api === undefined || !isSupported(api, version)) continue
    assert.equal(requestHeaderVersion(api, version), Number(pair.requestHeader), `${api.name} ${version}`)
    assert.equal(responseHeaderVersion(api, version), Number(pair.responseHeader), `${api.name} ${version}`)
    compared++
  }
  assert.equal(compared, 284)
})

test('Produce is advertised from version 0, but not spoken before 3', () => {
  const produce = knownApi(0)
  assert.deepEqual(produce.advertised, [0, 13])
  assert.equal(isSupported(produce, 2), false)
  assert.equal(isSupported(produce, 3), true)
})

test('keys that the listener does not have are refused', () => {
  for (const key of [-1, 4, 52, 95, 32_767]) {
    assert.equal(apiOf(key), undefined)
    assert.throws(
      () => knownApi(key),
      (error: KafkaError) => error.errorName === 'UNSUPPORTED_VERSION',
    )
  }
})

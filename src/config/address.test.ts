import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAddress, parseAddress } from './address.ts'

test('an address survives formatting', () => {
  for (const text of ['127.0.0.1:9092', 'broker-1.example:0', '[::1]:65535', '[fe80::1]:80']) {
    const address = parseAddress(text)
    assert.ok(address !== null, text)
    assert.equal(formatAddress(address), text)
  }
})

test('what is no address is refused', () => {
  for (const text of [
    '',
    '9092',
    'host',
    'host:',
    'host:65536',
    '::1:9092',
    'a b:1',
    'http://x:80',
    'x:1:2',
    'u@h:1',
  ]) {
    assert.equal(parseAddress(text), null, text)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOnly, withoutComments } from './source-text.ts'

test('comments, strings and regular expressions are blanked, lines stay', () => {
  const text = "call('a // b') // call\n/* call\n */ x = /call'/g\n"
  assert.equal(codeOnly(text).replaceAll(/ +/g, ' '), 'call( ) \n \n x = \n')
  assert.equal(codeOnly(text).length, text.length)
})

test('a division is no regular expression', () => {
  assert.equal(codeOnly('a / b + call() / c'), 'a / b + call() / c')
})

test('code inside a template stays', () => {
  assert.match(codeOnly('`at ${call()} call`'), /^ {4}\$\{call\(\)\} {6}$/)
})

test('without comments, strings stay', () => {
  assert.equal(withoutComments("import 'x' // y"), "import 'x'     ")
})

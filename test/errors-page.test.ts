import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { apiTable } from '../src/protocol/api-keys.ts'
import { type ErrorName, errorTable } from '../src/protocol/errors.ts'

const folder = join(import.meta.dirname, '../docs/internals')
const page = readFileSync(join(folder, 'errors.md'), 'utf8')

interface Row {
  readonly apis: string
  readonly errors: readonly string[]
  readonly title: string
  readonly path: string
}

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| API '))
  .map((line): Row => {
    const [, apis = '', errors = ''] = line.split(' | ').length > 3 ? ['', ...line.slice(2).split(' | ')] : []
    const link = /\[(.*)\]\((\S+)\) \|$/.exec(line)
    return {
      apis,
      errors: [...errors.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name),
      title: link?.[1] ?? '',
      path: link?.[2] ?? '',
    }
  })

test('each test that the page of errors names is there', () => {
  assert.ok(rows.length > 80)
  const texts = new Map<string, string>()
  for (const { title, path } of rows) {
    const text = texts.get(path) ?? readFileSync(join(folder, path), 'utf8')
    texts.set(path, text)
    const literal = title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    const named = new RegExp(String.raw`\b(?:it|test)\(\s*['\x60](?:\$\{\w+\} )?${literal}['\x60]`)
    assert.match(text, named, `${path} has no test "${title}"`)
  }
})

test('the page of errors names only APIs and errors that there are', () => {
  const apis = new Set<string>(apiTable.map(({ name }) => name))
  const isError = (name: string): name is ErrorName => Object.hasOwn(errorTable, name)
  for (const row of rows) {
    for (const name of row.errors) assert.ok(isError(name), name)
    if (!/^(all|every) /.test(row.apis))
      for (const name of row.apis.split(', ')) assert.ok(apis.has(name), `there is no API ${name}`)
  }
})

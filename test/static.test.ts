import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCheck, testChecks } from './support/checks.ts'

for (const check of testChecks) {
  test(`${check.name}: clean over the whole tree`, async () => {
    const { passed, output } = await runCheck(check)
    assert.ok(passed, `${output}\n${check.remedy}`)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { standardAnalyzer } from '../analysis/standard-analyzer.ts'
import { QueryError } from '../budget.ts'
import { parseQueryString, queryStringOptions } from '../query/query-string.ts'
import { utcZone } from '../time-zone.ts'
import { queries } from '../testing/query-arbitrary.ts'
import { endlessBudget } from '../testing/search-world.ts'
import { highlight } from './highlight.ts'
import { parseHighlight } from './highlight-options.ts'

const scope = { now: 0, timeZone: utcZone }
const context = { budget: endlessBudget, statesMax: 1000, analyzerOf: () => standardAnalyzer }
const document = {
  key: 'k-1',
  headers: { trace: 'abc' },
  value: { msg: 'Connection reset by peer, then reset again', level: 'ERROR', tags: ['red', 'blue <b>'] },
}

function shown(query: string, options: object): Readonly<Record<string, readonly string[]>> {
  const parsed = parseQueryString(query, queryStringOptions(0, utcZone))
  return highlight(document, parsed, parseHighlight(options, scope), context)
}

test('words, phrases and patterns are marked where they match', () => {
  const fields = { fields: { '*': {} } }
  assert.deepEqual(shown('msg:reset AND level:error', fields), {
    level: ['<em>ERROR</em>'],
    msg: ['Connection <em>reset</em> by peer, then <em>reset</em> again'],
  })
  assert.deepEqual(shown('msg:"reset by"', fields), {
    msg: ['Connection <em>reset</em> <em>by</em> peer, then reset again'],
  })
  assert.deepEqual(shown('msg:"peer reset"~3', fields), {
    msg: ['Connection <em>reset</em> by <em>peer</em>, then <em>reset</em> again'],
  })
  assert.deepEqual(shown('msg:con*', fields), {
    msg: ['<em>Connection</em> reset by peer, then reset again'],
  })
  assert.deepEqual(shown('connektion~1', fields), {
    msg: ['<em>Connection</em> reset by peer, then reset again'],
  })
  assert.deepEqual(shown('blue', fields), { tags: ['<em>blue</em> <b>'] })
  assert.deepEqual(shown('level.keyword:ERROR _headers.trace:abc', fields), {
    level: ['<em>ERROR</em>'],
    '_headers.trace': ['<em>abc</em>'],
  })
  // A pattern that fits the whole text too marks the words, and the text when none of them fits.
  assert.deepEqual(shown('msg:*r*', fields), {
    msg: ['Connection <em>reset</em> by <em>peer</em>, then <em>reset</em> again'],
  })
  assert.deepEqual(shown('msg:Con*again', fields), {
    msg: ['<em>Connection reset by peer, then reset again</em>'],
  })
  assert.deepEqual(shown('NOT msg:reset', fields), {})
})

test('options as Elasticsearch has them', () => {
  const one = (settings: object, query = 'msg:reset'): unknown =>
    shown(query, { fields: { msg: settings } })['msg']
  assert.deepEqual(one({ fragment_size: 18 }), ['Connection <em>reset</em>', '<em>reset</em> again'])
  assert.deepEqual(one({ fragment_size: 18, number_of_fragments: 1 }), ['Connection <em>reset</em>'])
  assert.deepEqual(one({ fragment_size: 18, order: 'score' }, 'msg:(reset again)'), [
    '<em>reset</em> <em>again</em>',
    'Connection <em>reset</em>',
  ])
  assert.deepEqual(one({ fragment_size: 3, number_of_fragments: 0, pre_tags: ['['], post_tags: [']'] }), [
    'Connection [reset] by peer, then [reset] again',
  ])
  assert.deepEqual(one({ no_match_size: 15 }, 'level:error'), ['Connection'])
  assert.equal(one({}, 'level:reset'), undefined)
  assert.deepEqual(one({ require_field_match: false, number_of_fragments: 0 }, 'level:peer'), [
    'Connection reset by <em>peer</em>, then reset again',
  ])
  assert.deepEqual(shown('blue', { encoder: 'html', fields: [{ tags: {} }] }), {
    tags: ['<em>blue</em> &#60;b&#62;'],
  })
  assert.deepEqual(one({ highlight_query: { match: { msg: 'peer' } } }), [
    'Connection reset by <em>peer</em>, then reset again',
  ])
  for (const [options, message] of [
    [{ fields: { msg: { fragmentsize: 1 } } }, /highlight\.fields\.msg\.fragmentsize/],
    [{ field: {} }, /highlight\.field\b/],
    [{}, /needs 'fields'/],
    [{ fields: { a: { type: 'fvh' } } }, /term vectors/],
  ] as const)
    assert.throws(
      () => parseHighlight(options, scope),
      (error) => error instanceof QueryError && message.test(error.message),
    )
})

test('without its tags a highlighted text is the text', () => {
  const word = fc.constantFrom('error', 'time', 'peer', '日本', 'by', 'wéb', '<', ' ')
  fc.assert(
    fc.property(
      fc.array(word).map((words) => words.join(' ')),
      queries,
      (msg, query) => {
        const options = parseHighlight(
          {
            fields: {
              msg: {
                number_of_fragments: 0,
                require_field_match: false,
                pre_tags: '«',
                post_tags: '»',
              },
            },
          },
          scope,
        )
        const [text] =
          highlight({ key: null, headers: {}, value: { msg } }, query, options, context)['msg'] ?? []
        if (text === undefined) return
        assert.equal(text.replace(/[«»]/g, '').trim(), msg.trim())
        assert.match(text.replace(/[^«»]/g, ''), /^(?:«»)+$/)
      },
    ),
    { numRuns: 300 },
  )
})

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  elementAt,
  jsonInit,
  openTestHttp,
  parsed,
  textInit,
  type AnswerOf,
  type TestHttp,
  type TestInit,
} from '../../../../test/support/test-http.ts'
import type { createdTopic, topicConfigs, topicDetail, topicList } from '../schemas/topic-schemas.ts'

type Created = AnswerOf<typeof createdTopic>
type Topic = AnswerOf<typeof topicDetail>
type Topics = AnswerOf<typeof topicList>
type Configs = AnswerOf<typeof topicConfigs>

const post = (body: unknown): TestInit => jsonInit('POST', body)

describe('topics over HTTP', () => {
  let http: TestHttp
  before(async () => (http = await openTestHttp()))
  after(() => http[Symbol.asyncDispose]())

  it('creates, describes, lists and deletes a topic', async () => {
    const body = {
      name: 'orders',
      partitions: 2,
      configs: { 'retention.ms': 60_000, 'cleanup.policy': 'compact' },
    }
    const created = await http.fetch('/api/v1/topics', jsonInit('POST', body))
    assert.equal(created.status, 201)
    assert.equal(created.headers.get('location'), '/api/v1/topics/orders')
    const answer = parsed<Created>(await created.text())
    assert.deepEqual(answer.configs, { 'retention.ms': '60000', 'cleanup.policy': 'compact' })

    const topic = await http.get<Topic>('/api/v1/topics/orders')
    assert.equal(topic.topicId, answer.topicId)
    assert.equal(topic.partitionCount, 2)
    assert.equal(topic.replicationFactor, 1)
    assert.deepEqual(topic.configs, answer.configs)
    assert.deepEqual(elementAt(topic.partitions, 1), {
      partition: 1,
      leader: 1,
      leaderEpoch: elementAt(topic.partitions, 1).leaderEpoch,
      replicas: [1],
      isr: [1],
      logStartOffset: 0,
      highWatermark: 0,
      bytes: 0,
      offline: null,
    })

    const listed = await http.get<Topics>('/api/v1/topics?prefix=ord')
    assert.deepEqual(
      listed.topics.map(({ name }) => name),
      ['orders'],
    )
    assert.equal((await http.fetch('/api/v1/topics/orders', { method: 'DELETE' })).status, 204)
    assert.equal((await http.problem(404, '/api/v1/topics/orders')).code, 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.equal(http.broker.topics.named('orders'), undefined)
  })

  it('takes the default number of partitions, and creates nothing with validateOnly', async () => {
    const checked = await http.send<Created>('POST', '/api/v1/topics', {
      name: 'checked',
      validateOnly: true,
    })
    assert.equal(checked.created, false)
    assert.equal(checked.partitionCount, 1)
    await http.problem(404, '/api/v1/topics/checked')
  })

  it('pages the list by name', async () => {
    for (const name of ['page-c', 'page-a', 'page-b']) await http.send('POST', '/api/v1/topics', { name })
    const first = await http.get<Topics>('/api/v1/topics?prefix=page-&limit=2')
    assert.deepEqual(
      first.topics.map(({ name }) => name),
      ['page-a', 'page-b'],
    )
    assert.equal(first.nextAfter, 'page-b')
    const second = await http.get<Topics>(`/api/v1/topics?prefix=page-&limit=2&after=${first.nextAfter}`)
    assert.deepEqual(
      second.topics.map(({ name }) => name),
      ['page-c'],
    )
    assert.equal(second.nextAfter, null)
  })

  it('shows internal topics only when asked to', async () => {
    await http.broker.topicAdmin.ensureOffsetsTopic()
    const names = async (query: string): Promise<string[]> =>
      (await http.get<Topics>(`/api/v1/topics${query}`)).topics.map(({ name }) => name)
    assert.ok(!(await names('')).includes('__consumer_offsets'))
    assert.ok((await names('?internal=true')).includes('__consumer_offsets'))
  })

  it('says what is wrong with a topic to be created', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'taken' })
    const cases: readonly [TestInit, number, string, RegExp][] = [
      [post({ name: 'taken' }), 409, 'TOPIC_ALREADY_EXISTS', /taken/],
      [post({ name: 'a b' }), 400, 'INVALID_TOPIC_EXCEPTION', /'a b'/],
      [post({ name: 'x', partitions: 0 }), 400, 'INVALID_BODY', /partitions must be >= 1, not 0/],
      [post({ name: 'x', partitions: '3' }), 400, 'INVALID_BODY', /partitions must be integer, not "3"/],
      [post({ name: 'x', partitions: null }), 400, 'INVALID_BODY', /partitions must be integer, not null/],
      [post({ name: 'x', partitons: 3 }), 400, 'INVALID_BODY', /did you mean "partitions"/],
      [post({ name: 'x', replicationFactor: 9 }), 400, 'INVALID_REPLICATION_FACTOR', /./],
      [
        post({ name: 'x', configs: { 'retention.m': 1 } }),
        400,
        'INVALID_CONFIG',
        /did you mean "retention.ms"/,
      ],
      [post({ partitions: 1 }), 400, 'INVALID_BODY', /name/],
      [post(null), 400, 'INVALID_BODY', /must be object/],
      [textInit('POST', 'application/json', '{"name":'), 400, 'MALFORMED_JSON', /JSON/],
      [textInit('POST', 'application/json', ''), 400, 'MALFORMED_JSON', /empty/],
      [
        textInit('POST', 'application/x-www-form-urlencoded', '{"name":"x"}'),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
        /--json/,
      ],
      [textInit('POST', 'text/plain', '{"name":"x"}'), 415, 'UNSUPPORTED_MEDIA_TYPE', /text\/plain/],
    ]
    for (const [init, status, code, detail] of cases) {
      const problem = await http.problem(status, '/api/v1/topics', init)
      assert.equal(problem.code, code)
      assert.match(problem.detail, detail)
      assert.equal(problem.instance, '/api/v1/topics')
    }
    assert.equal(http.broker.topics.named('x'), undefined)
  })

  it('suggests a topic for a name that none has, and refuses names that none can have', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'customers' })
    assert.match((await http.problem(404, '/api/v1/topics/costumers')).detail, /did you mean "customers"/)
    assert.equal((await http.problem(400, '/api/v1/topics/a%20b')).code, 'INVALID_TOPIC_EXCEPTION')
    assert.equal(
      (await http.problem(404, '/api/v1/topics/nope', { method: 'DELETE' })).code,
      'UNKNOWN_TOPIC_OR_PARTITION',
    )
  })

  it('keeps the topic of group offsets', async () => {
    await http.broker.topicAdmin.ensureOffsetsTopic()
    const problem = await http.problem(400, '/api/v1/topics/__consumer_offsets', { method: 'DELETE' })
    assert.equal(problem.code, 'INVALID_REQUEST')
  })

  it('changes configs, sets them back with null, and refuses all when one is wrong', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'tuned', configs: { 'retention.ms': 5000 } })
    const path = '/api/v1/topics/tuned/configs'
    const config = ({ configs }: Configs, name: string): Configs['configs'][number] =>
      elementAt(
        configs.filter((one) => one.name === name),
        0,
      )
    const before = await http.get<Configs>(path)
    assert.equal(config(before, 'retention.ms').value, '5000')
    assert.equal(config(before, 'retention.ms').set, true)
    assert.equal(config(before, 'cleanup.policy').set, false)

    const changed = await http.send<Configs>('PATCH', path, {
      'retention.ms': null,
      'cleanup.policy': 'compact',
      preallocate: true,
    })
    assert.equal(config(changed, 'retention.ms').set, false)
    assert.equal(config(changed, 'retention.ms').value, config(changed, 'retention.ms').default)
    assert.equal(config(changed, 'cleanup.policy').value, 'compact')
    assert.equal(config(changed, 'preallocate').value, 'true')

    const wrong = await http.problem(
      400,
      path,
      jsonInit('PATCH', { 'segment.ms': 1000, 'max.message.bytes': 'many' }),
    )
    assert.equal(wrong.code, 'INVALID_CONFIG')
    assert.equal(config(await http.get<Configs>(path), 'segment.ms').set, false)
    assert.equal((await http.problem(400, path, jsonInit('PATCH', {}))).code, 'INVALID_BODY')
    assert.equal(
      (await http.problem(400, path, jsonInit('PATCH', { 'segment.ms': [1] }))).code,
      'INVALID_BODY',
    )
    assert.equal((await http.problem(404, '/api/v1/topics/none/configs')).code, 'UNKNOWN_TOPIC_OR_PARTITION')
  })
})

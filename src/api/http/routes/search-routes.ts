import type { Clock } from '../../../env/clock.ts'
import type { SearchEngine } from '../../../search/engine/search-engine.ts'
import type { App } from '../app-types.ts'
import { goneSignal } from '../gone-signal.ts'
import type { HttpDeps } from '../http-deps.ts'
import { lineStream } from '../line-stream.ts'
import { accepts, NDJSON_TYPE } from '../media-type.ts'
import { httpProblem } from '../problem.ts'
import { answers, answersInTypes } from '../schemas/answers.ts'
import {
  fieldsAnswer,
  fieldsQuery,
  rebuildAnswer,
  rebuildBody,
  searchAnswer,
  searchBody,
  searchHit,
  statusAnswer,
  tailQuery,
  valuesAnswer,
  valuesQuery,
} from '../schemas/search-schemas.ts'
import { eventStream } from '../search/event-stream.ts'
import { hitJson } from '../search/hit-json.ts'
import { searchAnswerJson } from '../search/search-answer.ts'
import { engineRequestOf, queryOf, topicsOf } from '../search/search-body.ts'
import { hitPages } from '../search/search-pages.ts'

const tags = ['search']

/** `stopping` ends live tails. */
export function searchRoutes(app: App, { broker, search }: HttpDeps, stopping: AbortSignal): void {
  const { clock } = broker.env
  app.post(
    '/api/v1/search',
    {
      schema: {
        summary: 'Search records',
        description:
          'Finds every record that was acknowledged before the request came in; "coverage" says which offsets the answer is about. With "Accept: application/x-ndjson" the hits come one in each line, as many as "size" says.',
        tags,
        body: searchBody,
        response: answersInTypes(200, 'The hits.', {
          'application/json': searchAnswer,
          [NDJSON_TYPE]: searchHit,
        }),
      },
    },
    async ({ body, headers }, reply) => {
      const engine = enabled(search)
      const request = engineRequestOf(body, clock.now())
      const gone = goneSignal(reply.raw)
      if (accepts(headers.accept, NDJSON_TYPE)) {
        const pages = await begun(hitPages(engine, request, gone))
        return reply.type(NDJSON_TYPE).send(lineStream(lines(pages)))
      }
      const response = await engine.search(request, gone)
      const hints = response.total.value > 0 ? [] : await engine.hints(request)
      return reply.type('application/json; charset=utf-8').send(searchAnswerJson(response, hints))
    },
  )
  app.get(
    '/api/v1/search/fields',
    {
      schema: {
        summary: 'List the fields of topics',
        tags,
        querystring: fieldsQuery,
        response: answers(200, 'The fields.', fieldsAnswer),
      },
    },
    async ({ query }) => ({ fields: await enabled(search).fields(topicsOf(query.topics)) }),
  )
  app.get(
    '/api/v1/search/values',
    {
      schema: {
        summary: 'List values of a field',
        description: 'Whole strings that begin with the prefix, the most frequent ones first.',
        tags,
        querystring: valuesQuery,
        response: answers(200, 'The values.', valuesAnswer),
      },
    },
    async ({ query: { topics, field, prefix = '', limit = 20 } }) => ({
      values: await enabled(search).values(topicsOf(topics), field, prefix, limit),
    }),
  )
  tailRoute(app, search, clock, stopping)
  indexRoutes(app, search)
}

function tailRoute(app: App, search: SearchEngine | null, clock: Clock, stopping: AbortSignal): void {
  app.get(
    '/api/v1/search/tail',
    {
      schema: {
        summary: 'Follow new records that match',
        description:
          'Server-sent events: "hit" for each record that matches and is written from now on, "skipped" with a number when there were too many to send, "error" with a problem before the end.',
        tags,
        querystring: tailQuery,
        response: answersInTypes(200, 'The events.', { 'text/event-stream': { type: 'string' } }),
      },
    },
    async ({ query }, reply) => {
      const engine = enabled(search)
      const request = { topics: topicsOf(query.topics), query: queryOf(query.query, clock.now()) }
      const signal = AbortSignal.any([goneSignal(reply.raw), stopping])
      const events = eventStream(engine.tail(request, signal))
      return reply.header('cache-control', 'no-store').type('text/event-stream; charset=utf-8').send(events)
    },
  )
}

function indexRoutes(app: App, search: SearchEngine | null): void {
  app.get(
    '/api/v1/search/status',
    {
      schema: {
        summary: 'Show how far the indexes are',
        tags,
        querystring: fieldsQuery,
        response: answers(200, 'The indexes of partitions that ever had a record.', statusAnswer),
      },
    },
    async ({ query }) => ({ partitions: enabled(search).status(topicsOf(query.topics)) }),
  )
  app.post(
    '/api/v1/search/rebuild',
    {
      schema: {
        summary: 'Make indexes anew',
        description:
          'Throws the indexes of these topics away and makes them again from the log. Searches meanwhile say that they are not complete.',
        tags,
        body: rebuildBody,
        response: answers(202, 'It has begun.', rebuildAnswer),
      },
    },
    async ({ body }, reply) =>
      reply.code(202).send({ partitions: enabled(search).rebuild(topicsOf(body.topics)) }),
  )
}

function enabled(search: SearchEngine | null): SearchEngine {
  if (search !== null) return search
  throw httpProblem('SEARCH_DISABLED', 'this server does not search: its setting search.enable is false')
}

type Pages = ReturnType<typeof hitPages>

/** Waits for the first page, so that an error is an answer and not the end of one. */
async function begun(pages: Pages): Promise<Pages> {
  const first = await pages.next()
  return (async function* () {
    if (first.done === true) return
    yield first.value
    yield* pages
  })()
}

async function* lines(pages: Pages): AsyncGenerator<string, void> {
  for await (const hits of pages) for (const hit of hits) yield hitJson(hit)
}

import { Readable } from 'node:stream'
import type { TailEvent } from '../../../search/engine/tail-search.ts'
import { hitJson } from './hit-json.ts'
import { searchProblem } from './search-problem.ts'

/** Events as a body of server-sent events, sent as they come and no faster than the caller reads. */
export function eventStream(events: AsyncIterable<TailEvent>): Readable {
  return Readable.from(texts(events))
}

async function* texts(events: AsyncIterable<TailEvent>): AsyncGenerator<string, void> {
  // The first bytes tell the caller that it is heard.
  yield ': following\n\n'
  try {
    for await (const event of events) yield textOf(event)
  } catch (error) {
    const problem = searchProblem(error)
    if (problem === null) throw error
    yield `event: error\ndata: ${JSON.stringify(problem.problem)}\n\n`
  }
}

function textOf(event: TailEvent): string {
  switch (event.kind) {
    case 'hits':
      return event.hits.map((hit) => `event: hit\ndata: ${hitJson(hit)}\n\n`).join('')
    case 'skipped':
      return `event: skipped\ndata: ${event.count}\n\n`
    case 'idle':
      return ': nothing new\n\n'
  }
}

import { Readable } from 'node:stream'

/** Lines as a body that is sent as they come, each with its end, and no faster than the caller reads. */
export function lineStream(lines: AsyncIterable<string>): Readable {
  return Readable.from(withEnds(lines))
}

async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<string, void> {
  for await (const line of lines) yield `${line}\n`
}

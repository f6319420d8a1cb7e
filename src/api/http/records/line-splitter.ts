import { httpProblem } from '../problem.ts'

const LINE_FEED = 0x0a

/** The lines of a body as they arrive, without their ends. Holds one line at most, which `lineBytesMax` bounds. */
export async function* linesOf(
  body: AsyncIterable<Buffer>,
  lineBytesMax: number,
): AsyncGenerator<Buffer, void> {
  let rest: Buffer[] = []
  let restBytes = 0
  let line = 1
  for await (const chunk of body) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      if (restBytes + end - from > lineBytesMax) throw tooLong(line, lineBytesMax)
      rest.push(chunk.subarray(from, end))
      yield rest.length === 1 ? chunk.subarray(from, end) : Buffer.concat(rest)
      rest = []
      restBytes = 0
      line += 1
      from = end + 1
    }
    if (from === chunk.length) continue
    rest.push(chunk.subarray(from))
    restBytes += chunk.length - from
    if (restBytes > lineBytesMax) throw tooLong(line, lineBytesMax)
  }
  if (restBytes > 0) yield Buffer.concat(rest)
}

function tooLong(line: number, lineBytesMax: number): Error {
  return httpProblem(
    'BODY_TOO_LARGE',
    `line ${line} has more than ${lineBytesMax} bytes; each line holds one record, and ends with a line feed`,
  )
}

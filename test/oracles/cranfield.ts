import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const VARIABLE = 'CRANFIELD'

/** The Cranfield collection: abstracts about aerodynamics, questions, and which abstract answers which question how well. */
export interface Cranfield {
  readonly documents: readonly { readonly id: string; readonly text: string }[]
  readonly questions: readonly Question[]
}

export interface Question {
  readonly text: string
  /** By document id: 4 for a complete answer, down to 1 for what is of little interest. */
  readonly gains: ReadonlyMap<string, number>
}

/**
 * Reads `cran.all.1400`, `cran.qry` and `cranqrel` from the folder that CRANFIELD names. The collection is public and says nothing
 * of a licence, so it is not part of this repository.
 */
export function readCranfield(): Cranfield {
  const folder = process.env[VARIABLE]
  if (folder === undefined || !existsSync(join(folder, 'cranqrel')))
    throw new Error(
      `The Cranfield collection is not there: set ${VARIABLE} to a folder with cran.all.1400, cran.qry and cranqrel (it is ${folder ?? 'not set'}).`,
    )
  const read = (name: string): string => readFileSync(join(folder, name), 'latin1')
  const documents = entries(read('cran.all.1400')).map(({ id, parts }) => ({
    id,
    text: `${parts.get('T') ?? ''} ${parts.get('W') ?? ''}`.trim(),
  }))
  const judged = read('cranqrel')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  const questions = entries(read('cran.qry')).map(({ parts }, place) => ({
    text: parts.get('W') ?? '',
    // Judgements name a question by its place in the list, not by the number written beside it; 1 is best.
    gains: new Map(
      judged
        .filter(([question]) => Number(question) === place + 1)
        .map(([, id = '', code]) => [id, gainOf(Number(code))]),
    ),
  }))
  return { documents: documents.filter(({ text }) => text !== ''), questions }
}

/** Codes are 1 (complete answer) to 4 (of little interest); -1 and 5 are none. */
function gainOf(code: number): number {
  return code >= 1 && code <= 4 ? 5 - code : 0
}

/** Entries of the form `.I number`, followed by parts under `.T`, `.A`, `.B`, `.W`. */
function entries(
  text: string,
): readonly { readonly id: string; readonly parts: ReadonlyMap<string, string> }[] {
  return text
    .split(/^\.I /m)
    .slice(1)
    .map((entry) => {
      const [head = '', ...pieces] = entry.split(/^\.(?=[TABW]\s*$)/m)
      const parts = pieces.map((piece): [string, string] => [piece.slice(0, 1), piece.slice(1).trim()])
      return { id: String(Number(head)), parts: new Map(parts) }
    })
}

/** Normalized discounted cumulative gain of the first ten, on average over the questions that have an answer. */
export function ndcg10(questions: readonly Question[], answers: readonly (readonly string[])[]): number {
  const discounted = (gains: readonly number[]): number =>
    gains.slice(0, 10).reduce((sum, gain, place) => sum + (2 ** gain - 1) / Math.log2(place + 2), 0)
  const values = questions.flatMap(({ gains }, number) => {
    const ideal = discounted([...gains.values()].sort((a, b) => b - a))
    if (ideal === 0) return []
    return [discounted((answers[number] ?? []).map((id) => gains.get(id) ?? 0)) / ideal]
  })
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

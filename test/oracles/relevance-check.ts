import { tokensOf } from '../../src/search/analysis/analyzer.ts'
import { analyzerByName } from '../../src/search/analysis/analyzers.ts'
import { ndcg10, readCranfield } from './cranfield.ts'
import { settings } from './corpus.ts'
import { type Door, listOf, member, textOf } from './door.ts'
import { Tantivy } from './tantivy.ts'

const INDEX = 'cranfield'
const DIFFERENCE_MAX = 0.01

/** The questions of a judged collection are answered as well as by Lucene and Tantivy with the same words. */
export async function compareRelevance(ours: Door, theirs: Door): Promise<string> {
  const { documents, questions } = readCranfield()
  const lines = documents.map((document): [object, object] => [{ index: {} }, document])
  await ours.must('PUT', `/${INDEX}`, { settings: { number_of_shards: 3 } })
  await ours.bulk(`/${INDEX}/_bulk`, lines)
  const mappings = { properties: { id: { type: 'keyword' }, text: { type: 'text' } } }
  await theirs.must('PUT', `/${INDEX}`, { settings, mappings })
  await theirs.bulk(`/${INDEX}/_bulk?refresh=true`, lines)

  const words = (text: string): readonly string[] =>
    tokensOf(analyzerByName('standard'), text).map(({ term }) => term)
  await using tantivy = await Tantivy.start()
  await tantivy.write(documents.map(({ text }) => words(text).join(' ')))
  const tantivyAnswers = await tantivy.search(
    questions.map(({ text }) => ({ kind: 'or', terms: words(text) })),
  )

  const ask = async (door: Door): Promise<number> => {
    const answers: string[][] = []
    for (const { text } of questions) {
      const answer = await door.must('POST', `/${INDEX}/_search`, { query: { match: { text } } })
      answers.push(listOf(member(answer, 'hits', 'hits')).map((hit) => textOf(member(hit, '_source', 'id'))))
    }
    return ndcg10(questions, answers)
  }
  const figures = {
    Chronik: await ask(ours),
    OpenSearch: await ask(theirs),
    Tantivy: ndcg10(
      questions,
      tantivyAnswers.map(({ hits }) => hits.map(({ document }) => documents[document]?.id ?? '')),
    ),
  }
  await ours.must('DELETE', `/${INDEX}`)
  await theirs.must('DELETE', `/${INDEX}`)
  const said = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(4)}`)
  for (const other of [figures.OpenSearch, figures.Tantivy])
    if (!(Math.abs(figures.Chronik / other - 1) <= DIFFERENCE_MAX) || figures.Chronik < 0.2)
      throw new Error(`nDCG@10 differs by more than ${DIFFERENCE_MAX * 100} %: ${said.join(', ')}`)
  return `nDCG@10 of ${questions.length} questions about ${documents.length} documents: ${said.join(', ')}`
}

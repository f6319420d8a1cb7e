/**
 * Where docs/guides/elasticsearch.md says that we differ, the oracle is asked for what it says; each with its reason. What is not listed
 * here must be equal.
 */

/** Strings whose plain name is also their exact view: `term` and its kin see words and wholes under it. */
const texts = new Set(['msg', 'level', 'tags', 'a.b', 'objs.b', 'mix'])
const termKinds = new Set(['term', 'terms', 'prefix', 'wildcard', 'regexp', 'fuzzy'])

/** Queries whose hits are compared and whose scores are not. */
const otherScores: readonly { readonly of: RegExp; readonly why: string }[] = [
  { of: /"fuzz(?:y|iness)"|~/, why: 'close terms score by how close they are, not by how rare' },
  {
    of: /"ok"|ok:/,
    why: 'a boolean that matches scores 1, as a number does; it is in no dictionary that would know how rare it is',
  },
  { of: /"mix"/, why: 'a number in a field of mixed types scores 1' },
  {
    of: /phrase_prefix"|bool_prefix"/,
    why: 'a phrase scores by the words before the prefix, whatever that stands for',
  },
  {
    of: /"cross_fields"/,
    why: 'a word is as rare as in the field where it is most common, by that field’s own count',
  },
  { of: /"nowhere"/, why: 'a field that no record has' },
]

/** Whether the scores of a search are to be equal. */
export function hasSameScores(body: unknown): boolean {
  const text = JSON.stringify(body)
  return !otherScores.some(({ of }) => of.test(text))
}

type Body = { readonly [name: string]: unknown }

/** A request as the oracle must be asked it. */
export function forOracle(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(forOracle)
  if (typeof json !== 'object' || json === null) return json
  if ('sources' in json) return json
  // How many words must match says nothing when all of them must; the oracle then finds nothing at all.
  if ('operator' in json && json.operator === 'and' && 'minimum_should_match' in json) {
    const { minimum_should_match: _, ...rest } = json
    return forOracle(rest)
  }
  const [[kind, body] = ['', null]] = Object.entries(json)
  if (Object.keys(json).length === 1 && termKinds.has(kind) && isBody(body) && !isField(body))
    return termQuery(kind, body)
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, member(key, value)]))
}

function member(key: string, value: unknown): unknown {
  if (key === 'field' && typeof value === 'string') return exactName(value)
  if (key === 'sort' && Array.isArray(value)) return value.map(sortKey)
  return forOracle(key === 'terms' && isField(value) ? { shard_size: 10_000, ...value } : value)
}

/** A text is sorted and grouped by its exact view, also under its plain name. */
function exactName(field: string): string {
  return texts.has(field) ? `${field}.keyword` : field
}

function sortKey(key: unknown): unknown {
  if (typeof key === 'string') return exactName(key)
  return isBody(key)
    ? Object.fromEntries(Object.entries(key).map(([name, how]) => [exactName(name), how]))
    : key
}

/** An aggregation over the values of a field: from one shard the oracle takes no more buckets than it shows, also when it then drops some. */
function isField(value: unknown): value is Body {
  return isBody(value) && typeof value['field'] === 'string'
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text's plain name stands for its words and for the whole string: the better of the two counts. */
function termQuery(kind: string, body: Body): unknown {
  const field = Object.keys(body)[0] ?? ''
  if (!texts.has(field)) return { [kind]: body }
  const words = kind === 'fuzzy' ? lowerCase(body[field]) : body[field]
  return {
    dis_max: { queries: [{ [kind]: { [field]: words } }, { [kind]: { [`${field}.keyword`]: body[field] } }] },
  }
}

/** Close words are looked for as the analyzer writes them, as patterns are. */
function lowerCase(options: unknown): unknown {
  if (!isBody(options) || typeof options['value'] !== 'string') return options
  return { ...options, value: options['value'].toLowerCase() }
}

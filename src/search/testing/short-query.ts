import type { Query } from '../query/query.ts'

/** A query in a form that is short enough to compare. */
export function short(query: Query): string {
  switch (query.kind) {
    case 'match':
      return `${query.field}:${String(query.text)}`
    case 'match_phrase':
      return `${query.field}:${String(query.text)}${query.slop > 0 ? `~${query.slop}` : ''}`
    case 'match_phrase_prefix':
      return `${query.field}:"${String(query.text)}*"`
    case 'multi_match':
      return `(${query.fields.map(({ field, boost }) => `${field}^${boost}`).join()}):${String(query.text)}`
    case 'term':
      return `${query.field}=${String(query.value)}`
    case 'terms':
      return `${query.field} in ${query.values.join()}`
    case 'prefix':
      return `${query.field}:${query.value}…`
    case 'wildcard':
      return `${query.field}?${query.pattern}`
    case 'regexp':
      return `${query.field}/${query.pattern}/`
    case 'fuzzy':
      return `${query.field}~${query.value}~${JSON.stringify(query.fuzziness.edits)}`
    case 'exists':
      return `has ${query.field}`
    case 'range': {
      const { from, to, field } = query
      const low = from === null ? '*' : String(from.value)
      const high = to === null ? '*' : String(to.value)
      return `${field}${from?.inclusive === false ? '{' : '['}${low} ${high}${to?.inclusive === false ? '}' : ']'}`
    }
    case 'boost':
      return `${short(query.query)}^${query.boost}`
    case 'bool': {
      const parts = [
        ...query.must.map((part) => `+${short(part)}`),
        ...query.should.map(short),
        ...query.mustNot.map((part) => `-${short(part)}`),
      ]
      return `(${parts.join(' ')})`
    }
    case 'dis_max':
      return `best(${query.queries.map(short).join(' ')})`
    case 'all':
    case 'none':
    case 'boosting':
    case 'constant_score':
    case 'function_score':
    case 'ids':
    case 'match_bool_prefix':
      return query.kind
  }
}

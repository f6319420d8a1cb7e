import { QueryError } from '../budget.ts'
import { DslObject, queryValue } from '../query/dsl-object.ts'
import type { DslScope } from '../query/dsl-scope.ts'
import { parseQueryDsl } from '../query/query-dsl.ts'
import type { Query } from '../query/query.ts'

/** How one field is to be highlighted. */
export interface FieldHighlight {
  /** A name, possibly with `*`. */
  readonly field: string
  /** Characters of a fragment; it ends with the word that passes them. */
  readonly fragmentSize: number
  /** 0 gives the whole text instead of fragments. */
  readonly numberOfFragments: number
  /** Characters from the start that are shown when nothing matched; 0 for none. */
  readonly noMatchSize: number
  /** Whether only what the query looks for in this very field is marked. */
  readonly requireFieldMatch: boolean
  readonly preTag: string
  readonly postTag: string
  readonly order: 'none' | 'score'
  /** Whether the text is made safe for HTML. */
  readonly encoder: 'default' | 'html'
  /** Marks this instead of what the search looked for. */
  readonly query: Query | null
}

export interface HighlightOptions {
  readonly fields: readonly FieldHighlight[]
}

export const defaultHighlight: Omit<FieldHighlight, 'field'> = {
  fragmentSize: 100,
  numberOfFragments: 5,
  noMatchSize: 0,
  requireFieldMatch: true,
  preTag: '<em>',
  postTag: '</em>',
  order: 'none',
  encoder: 'default',
  query: null,
}

const FIELDS_MAX = 1000

/** Reads the `highlight` section of an Elasticsearch request. */
export function parseHighlight(
  json: unknown,
  scope: Pick<DslScope, 'now' | 'timeZone'>,
  path = 'highlight',
): HighlightOptions {
  const object = new DslObject(json, path)
  const common = settingsOf(object, defaultHighlight, scope)
  const fields: FieldHighlight[] = []
  for (const list of object.list('fields')) {
    const named = new DslObject(list.value, list.path)
    for (const field of named.keys()) {
      const settings = new DslObject(named.raw(field) ?? {}, named.at(field))
      fields.push({ ...settingsOf(settings, common, scope), field })
      settings.finish()
    }
  }
  object.finish()
  if (fields.length === 0) throw new QueryError('parse', `${path} needs 'fields'.`)
  if (fields.length > FIELDS_MAX)
    throw new QueryError('illegal_argument', `${path}.fields has more than ${FIELDS_MAX} fields.`)
  return { fields }
}

function settingsOf(
  object: DslObject,
  defaults: Omit<FieldHighlight, 'field'>,
  scope: Pick<DslScope, 'now' | 'timeZone'>,
): Omit<FieldHighlight, 'field'> {
  const type = object.oneOf('type', ['unified', 'plain', 'fvh'])
  if (type === 'fvh')
    throw new QueryError(
      'unsupported',
      `${object.at('type')}: there are no term vectors; use plain or unified.`,
    )
  object.oneOf('fragmenter', ['span'])
  object.oneOf('boundary_scanner', ['word'])
  const query = object.raw('highlight_query')
  return {
    fragmentSize: object.integer('fragment_size', 1, 1_000_000) ?? defaults.fragmentSize,
    numberOfFragments: object.integer('number_of_fragments', 0, 1000) ?? defaults.numberOfFragments,
    noMatchSize: object.integer('no_match_size', 0, 1_000_000) ?? defaults.noMatchSize,
    requireFieldMatch: object.boolean('require_field_match') ?? defaults.requireFieldMatch,
    preTag: tagOf(object, 'pre_tags') ?? defaults.preTag,
    postTag: tagOf(object, 'post_tags') ?? defaults.postTag,
    order: object.oneOf('order', ['none', 'score']) ?? defaults.order,
    encoder: object.oneOf('encoder', ['default', 'html']) ?? defaults.encoder,
    query: query === undefined ? defaults.query : parseQueryDsl(query, scope, object.at('highlight_query')),
  }
}

/** The first of the tags; further ones are for highlighters that tell matches apart. */
function tagOf(object: DslObject, key: string): string | null {
  const [first] = object.list(key)
  return first === undefined ? null : String(queryValue(first.value, first.path))
}

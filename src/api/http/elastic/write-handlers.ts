import { linesOf, objectOf } from './elastic-body.ts'
import type { ElasticCall, ElasticReply } from './elastic-call.ts'
import { ElasticError, illegalArgument } from './elastic-error.ts'
import { type NewDocument, writeDocuments } from './write-documents.ts'

const ACTIONS_MAX = 100_000

const actionKinds = ['index', 'create', 'delete', 'update'] as const
type ActionKind = (typeof actionKinds)[number]

interface Action {
  readonly kind: ActionKind
  readonly index: string
  readonly id: string | null
  /** Null for an action that can not be done on a log. */
  readonly document: NewDocument | null
}

/** Lines of actions, each that writes with its document behind it. Answered when all are durable. */
export async function bulk(call: ElasticCall): Promise<ElasticReply> {
  const { broker } = call.deps
  const started = broker.env.clock.monotonic()
  const routing = call.parameters.text('routing')
  for (const name of ['_source', '_source_includes', '_source_excludes', 'timeout', 'require_data_stream']) {
    call.parameters.text(name)
  }
  refusePipeline(call)
  call.parameters.end()
  const actions = actionsOf(linesOf(call.body), call.params['index'] ?? null, routing)
  const written = await writeDocuments(
    broker,
    actions.flatMap(({ document }) => (document === null ? [] : [document])),
  )
  let next = 0
  let errors = false
  const items = actions.map(({ kind, index, id, document }) => {
    const result = document === null ? null : (written[next++] ?? null)
    if (result?.kind === 'written') return { [kind]: { ...result.answer, status: 201 } }
    errors = true
    const error = result?.error ?? unsupported(kind)
    return { [kind]: { _index: index, _id: id, status: error.status, error: error.body.error } }
  })
  return { json: { took: Math.round(broker.env.clock.monotonic() - started), errors, items } }
}

function refusePipeline({ parameters }: ElasticCall): void {
  const pipeline = parameters.text('pipeline')
  if (pipeline === null || pipeline === '_none') return
  throw illegalArgument(`pipeline with id [${pipeline}] does not exist: there are no ingest pipelines`)
}

function unsupported(kind: ActionKind): ElasticError {
  return illegalArgument(
    `[${kind}] is not possible: a topic is a log, whose records are not ${kind === 'delete' ? 'deleted' : 'changed'} one by one. Write a newer record with the same _id; retention or compaction removes older ones`,
  )
}

function actionsOf(
  lines: readonly Buffer[],
  defaultIndex: string | null,
  defaultRouting: string | null,
): readonly Action[] {
  const actions: Action[] = []
  if (lines.length === 0) throw new ElasticError(400, 'parse_exception', 'request body is required')
  for (let i = 0; i < lines.length; i += 1) {
    if (actions.length >= ACTIONS_MAX)
      throw illegalArgument(`at most ${ACTIONS_MAX} actions are taken at once`)
    const line = objectOf(lines[i] ?? null)
    const [name = ''] = Object.keys(line)
    const kind = actionKinds.find((one) => one === name)
    if (kind === undefined) {
      throw illegalArgument(
        `Malformed action/metadata line [${i + 1}], expected one of [create, delete, index, update] but found [${name}]`,
      )
    }
    const meta = (line[name] ?? {}) as Readonly<Record<string, unknown>>
    const index = textOf(meta, '_index') ?? defaultIndex
    if (index === null) throw illegalArgument(`line [${i + 1}] names no index: index is missing`)
    const id = textOf(meta, '_id')
    const routing = textOf(meta, 'routing') ?? defaultRouting
    if (kind === 'delete') {
      actions.push({ kind, index, id, document: null })
      continue
    }
    i += 1
    const source = lines[i]
    if (source === undefined) {
      throw illegalArgument(
        'The bulk request must be terminated by a newline [\\n] and each action needs its document',
      )
    }
    if (kind === 'update') actions.push({ kind, index, id, document: null })
    else {
      objectOf(source)
      actions.push({ kind, index, id, document: { index, id, routing, source } })
    }
  }
  return actions
}

function textOf(meta: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = Object.hasOwn(meta, name) ? meta[name] : undefined
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw illegalArgument(`[${name}] must be a string`)
}

/** One document. */
export async function indexDocument(call: ElasticCall): Promise<ElasticReply> {
  const { params, parameters, body, deps } = call
  const routing = parameters.text('routing')
  for (const name of ['op_type', 'timeout', 'version_type', 'require_data_stream']) parameters.text(name)
  for (const name of ['if_seq_no', 'if_primary_term', 'version']) {
    if (parameters.text(name) !== null)
      throw illegalArgument(`[${name}] is not possible: a log has no versions of documents`)
  }
  refusePipeline(call)
  parameters.end()
  objectOf(body)
  if (body === null || body.length === 0)
    throw new ElasticError(400, 'parse_exception', 'request body is required')
  const document = { index: params['index'] ?? '', id: params['id'] ?? null, routing, source: body }
  const [result] = await writeDocuments(deps.broker, [document])
  if (result?.kind !== 'written') throw result?.error ?? illegalArgument('nothing was written')
  return { status: 201, json: result.answer }
}

export function deleteDocument(): never {
  throw unsupported('delete')
}

export function updateDocument(): never {
  throw unsupported('update')
}

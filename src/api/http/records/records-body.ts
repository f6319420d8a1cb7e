import { isUtf8 } from 'node:buffer'
import { httpProblem, type ProblemItem } from '../problem.ts'
import { parseExactJson } from './exact-json.ts'
import { incomingRecord, RecordFormError, type IncomingRecord } from './incoming-record.ts'

const FORM = 'the body must be {"records": [{"value": "hello"}]}'

/** Faults that one answer names. */
const FAULTS_MAX = 100

/**
 * The records of a whole JSON body.
 * @throws ProblemError MALFORMED_JSON; INVALID_BODY that names each record at fault
 */
export function recordsOfBody(body: Buffer): IncomingRecord[] {
  const list = recordList(parsed(body))
  const faults: ProblemItem[] = []
  const records: IncomingRecord[] = []
  for (const [index, json] of list.entries()) {
    try {
      records.push(incomingRecord(json))
    } catch (error) {
      if (!(error instanceof RecordFormError)) throw error
      faults.push({ at: `record ${index}`, detail: error.message })
      if (faults.length === FAULTS_MAX) break
    }
  }
  const [first] = faults
  if (first === undefined) return records
  throw httpProblem('INVALID_BODY', `${first.at}: ${first.detail}. Nothing was appended.`, { errors: faults })
}

function parsed(body: Buffer): unknown {
  if (!isUtf8(body)) throw httpProblem('MALFORMED_JSON', 'the body is not UTF-8; send bytes as "valueBase64"')
  try {
    return parseExactJson(body.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw httpProblem('MALFORMED_JSON', `${error.message}; ${FORM}`)
    if (error instanceof RangeError)
      throw httpProblem('INVALID_BODY', 'the body is nested too deeply; send such values as strings')
    throw error
  }
}

function recordList(body: unknown): readonly unknown[] {
  if (typeof body !== 'object' || body === null || !('records' in body))
    throw httpProblem('INVALID_BODY', FORM)
  const other = Object.keys(body).find((name) => name !== 'records')
  if (other !== undefined) throw httpProblem('INVALID_BODY', `"${other}" is no field of the body; ${FORM}`)
  const { records } = body
  if (!Array.isArray(records)) throw httpProblem('INVALID_BODY', FORM)
  if (records.length === 0) throw httpProblem('INVALID_BODY', 'there are no records in the body')
  return records
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { type CreateTopic, createTopic } from '../api/cluster.ts'
import { shellWord } from '../explore/record-commands.ts'
import { Command } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorNotice } from '../ui/notice.tsx'

interface CreateTopicDialogProps {
  readonly onClose: () => void
  readonly onCreated: (name: string) => void
}

const retentions: readonly (readonly [label: string, ms: string])[] = [
  ['As the server says', ''],
  ['1 hour', '3600000'],
  ['1 day', '86400000'],
  ['7 days', '604800000'],
  ['30 days', '2592000000'],
  ['For ever', '-1'],
]

export function CreateTopicDialog({ onClose, onCreated }: CreateTopicDialogProps): ReactElement {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [partitions, setPartitions] = useState('')
  const [retention, setRetention] = useState('')
  const [cleanup, setCleanup] = useState('')
  const request: CreateTopic = {
    name: name.trim(),
    ...(partitions.trim() !== '' && { partitions: Number(partitions) }),
    configs: {
      ...(retention !== '' && { 'retention.ms': retention }),
      ...(cleanup !== '' && { 'cleanup.policy': cleanup }),
    },
  }
  const create = useMutation({
    mutationFn: createTopic,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['topics'] })
      onClose()
      onCreated(request.name)
    },
  })
  return (
    <Dialog title="Create a topic" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate(request)
        }}
      >
        <label className="field">
          <span>Name</span>
          <input
            className="input mono"
            required
            maxLength={249}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <small>Letters, digits, dot, underscore and hyphen.</small>
        </label>
        <label className="field">
          <span>Partitions</span>
          <input
            className="input"
            type="number"
            min={1}
            placeholder="As the server says"
            value={partitions}
            onChange={(event) => setPartitions(event.target.value)}
          />
          <small>How many consumers of a group can share the work. It can grow later, not shrink.</small>
        </label>
        <label className="field">
          <span>Records are kept</span>
          <select className="input" value={retention} onChange={(event) => setRetention(event.target.value)}>
            {retentions.map(([label, ms]) => (
              <option key={label} value={ms}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>Cleaning up</span>
          <select className="input" value={cleanup} onChange={(event) => setCleanup(event.target.value)}>
            <option value="">As the server says</option>
            <option value="delete">Old records are deleted</option>
            <option value="compact">The last record of each key stays</option>
            <option value="compact,delete">Both</option>
          </select>
        </label>
        {request.name !== '' && <Command text={commandOf(request)} />}
        {create.error !== null && <ErrorNotice error={create.error} />}
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={create.isPending || request.name === ''}>
            Create
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** The same from a terminal. */
function commandOf({ name, partitions, configs = {} }: CreateTopic): string {
  const settings = Object.entries(configs).map(([key, value]) => ` --config ${shellWord(`${key}=${value}`)}`)
  return `bin/chronik topic create ${shellWord(name)}${partitions === undefined ? '' : ` --partitions ${partitions}`}${settings.join('')}`
}

import { type ReactElement, useState } from 'react'
import { formatTime } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { parseTime, presets, rangeLabel, type TimeRange } from './time-range.ts'

interface TimeMenuProps {
  readonly range: TimeRange
  readonly onChange: (range: TimeRange) => void
  readonly openKey: { current: (() => void) | null }
}

export function TimeMenu({ range, onChange, openKey }: TimeMenuProps): ReactElement {
  return (
    <Menu
      label="Time range"
      detail={rangeLabel(range)}
      className="button time-button"
      align="end"
      openKey={openKey}
      button={
        <>
          <Icon name="clock" />
          <span className="ellipsis">{rangeLabel(range)}</span>
          <Icon name="down" />
        </>
      }
    >
      {(close) => (
        <>
          {presets.map(({ label, from }) => (
            <button
              type="button"
              key={label}
              className="option"
              aria-pressed={range.from === from && range.to === ''}
              onClick={() => {
                onChange({ from, to: '' })
                close()
              }}
            >
              {label}
            </button>
          ))}
          <AbsoluteRange
            range={range}
            onApply={(next) => {
              onChange(next)
              close()
            }}
          />
        </>
      )}
    </Menu>
  )
}

/** Both ends as text: a date, a time in milliseconds, or `now-90m`. */
function AbsoluteRange({
  range,
  onApply,
}: {
  readonly range: TimeRange
  readonly onApply: (range: TimeRange) => void
}): ReactElement {
  const [from, setFrom] = useState(() => shownEnd(range.from))
  const [to, setTo] = useState(() => shownEnd(range.to))
  const now = Date.now()
  const start = from.trim() === '' ? null : parseTime(from, now)
  const end = to.trim() === '' ? now : parseTime(to, now)
  const bad = { from: from.trim() !== '' && start === null, to: end === null }
  const reversed = start !== null && end !== null && start >= end
  const say =
    bad.from || bad.to
      ? 'Write 2026-01-31 12:00, milliseconds, or now-90m.'
      : reversed
        ? 'The start lies behind the end.'
        : ''
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (say === '') onApply({ from: storedEnd(from), to: storedEnd(to) })
      }}
    >
      <label className="field">
        <span>From</span>
        <input
          className="input mono"
          value={from}
          placeholder="the start"
          aria-invalid={bad.from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label className="field">
        <span>To</span>
        <input
          className="input mono"
          value={to}
          placeholder="now"
          aria-invalid={bad.to}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      {say !== '' && <p role="alert">{say}</p>}
      <button type="submit" className="button" disabled={say !== ''}>
        Apply
      </button>
    </form>
  )
}

function shownEnd(text: string): string {
  const time = text === '' || text.startsWith('now') ? null : parseTime(text, 0)
  return time === null ? text : formatTime(time)
}

/** Absolute times are stored as instants, so that the address means the same in another time zone. */
function storedEnd(text: string): string {
  const trimmed = text.trim()
  const time = trimmed === '' || trimmed.startsWith('now') ? null : parseTime(trimmed, 0)
  return time === null ? trimmed : new Date(time).toISOString()
}

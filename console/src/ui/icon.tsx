import type { ReactElement } from 'react'

/** Drawn on a grid of 16, with strokes, in the colour of the text. */
const shapes = {
  explore: 'M7 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM11 11l3.5 3.5',
  home: 'M2 7.5 8 2.5l6 5M3.5 6.5v7h9v-7',
  topics: 'M2 3.5h12M2 8h8M2 12.5h10',
  groups:
    'M5.5 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5c0-2.2 1.8-3.5 4-3.5s4 1.3 4 3.5M11 3.2a2.4 2.4 0 0 1 0 4.6M11.5 10.1c1.8.3 3 1.5 3 3.4',
  close: 'm4 4 8 8m0-8-8 8',
  check: 'm3 8.5 3.2 3.2L13 5',
  down: 'm4 6 4 4 4-4',
  right: 'm6 4 4 4-4 4',
  left: 'm10 4-4 4 4 4',
  up: 'm4 10 4-4 4 4',
  clock: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 4.5V8l2.5 1.5',
  live: 'M3 3.5v9l9.5-4.5Z',
  pause: 'M5 3.5v9m6-9v9',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3',
  link: 'M6.5 9.5 9.5 6.5M7 4.5l1.6-1.6a3 3 0 0 1 4.5 4.2L11.5 9M9 11.5l-1.6 1.6a3 3 0 0 1-4.5-4.2L4.5 7',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  star: 'm8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5Z',
  refresh: 'M13 5.5A5.5 5.5 0 1 0 13.5 9M13.5 2v3.5H10',
  column: 'M2.5 2.5h11v11h-11zM8 2.5v11',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5m0 11V15M1 8h1.5m11 0H15M3 3l1 1m8 8 1 1m0-10-1 1M4 12l-1 1',
  moon: 'M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7Z',
  warning: 'M8 2 14.5 13.5h-13ZM8 6.5v3.2m0 1.8v.2',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.1m2.6 0h.1m2.6 0h.1m2.5 0h.1M5 9.5h6',
} as const

export type IconName = keyof typeof shapes

/** Decoration: the text beside it, or the label of its button, says what it means. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  )
}

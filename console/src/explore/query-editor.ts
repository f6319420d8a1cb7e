import {
  acceptCompletion,
  autocompletion,
  type Completion,
  completionKeymap,
  type CompletionResult,
  completionStatus,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { EditorState, Prec, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import { completionPlace, escapeField, quoteValue, tokens } from './query-text.ts'

export interface Suggestion {
  readonly text: string
  readonly detail: string
}

export interface QueryEditorOptions {
  readonly parent: HTMLElement
  readonly text: string
  readonly placeholder: string
  readonly fields: () => Promise<readonly Suggestion[]>
  readonly values: (field: string, prefix: string, signal: AbortSignal) => Promise<readonly Suggestion[]>
  readonly onChange: (text: string) => void
  readonly onSubmit: (text: string) => void
  readonly onLeave: () => void
}

export interface QueryEditor {
  setText(text: string): void
  /** Underlines the place of a mistake; null takes the line away. */
  setError(position: number | null): void
  focus(from?: number, to?: number): void
  destroy(): void
}

const setErrorEffect = StateEffect.define<number | null>()

const errorField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, transaction) {
    const effect = transaction.effects.find((candidate) => candidate.is(setErrorEffect))
    if (effect !== undefined) return errorMark(effect.value, transaction.state.doc.length)
    return transaction.docChanged ? Decoration.none : decorations
  },
  provide: (field) => EditorView.decorations.from(field),
})

function errorMark(position: number | null, length: number): DecorationSet {
  if (position === null || length === 0) return Decoration.none
  const from = Math.max(0, Math.min(position, length - 1))
  return Decoration.set(Decoration.mark({ class: 'query-error' }).range(from, Math.min(length, from + 1)))
}

const colours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = coloured(view)
    }

    update(update: ViewUpdate): void {
      if (update.docChanged) this.decorations = coloured(update.view)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)

function coloured(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  for (const { kind, from, to } of tokens(view.state.doc.toString())) {
    if (kind !== 'space' && kind !== 'term')
      builder.add(from, to, Decoration.mark({ class: `query-${kind}` }))
  }
  return builder.finish()
}

/** One line: what is pasted loses its line feeds. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction
  const text = transaction.newDoc.toString().replaceAll(/\s*\n\s*/g, ' ')
  return {
    changes: { from: 0, to: transaction.startState.doc.length, insert: text },
    selection: { anchor: Math.min(text.length, transaction.newSelection.main.head) },
  }
})

export function createQueryEditor(options: QueryEditorOptions): QueryEditor {
  const { parent, text, onChange, onSubmit, onLeave } = options
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content
  const submit = Prec.high(
    keymap.of([
      { key: 'Enter', run: (view) => (onSubmit(view.state.doc.toString()), true) },
      {
        key: 'Tab',
        run: (view) => completionStatus(view.state) === 'active' && acceptCompletion(view),
      },
      { key: 'Escape', run: (view) => completionStatus(view.state) === null && (onLeave(), true) },
    ]),
  )
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      selection: { anchor: text.length },
      extensions: [
        ...(nonce === undefined ? [] : [EditorView.cspNonce.of(nonce)]),
        EditorView.contentAttributes.of({
          'aria-label': 'Query',
          'aria-multiline': 'false',
          spellcheck: 'false',
          autocapitalize: 'off',
          autocorrect: 'off',
        }),
        autocompletion({
          override: [({ state, pos, explicit }) => complete(options, state.doc.toString(), pos, explicit)],
          icons: false,
          activateOnCompletion: ({ apply }) => typeof apply === 'string' && apply.endsWith(':'),
        }),
        Prec.highest(keymap.of(completionKeymap)),
        submit,
        keymap.of([...defaultKeymap, ...historyKeymap]),
        history(),
        placeholder(options.placeholder),
        errorField,
        colours,
        oneLine,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString())
        }),
      ],
    }),
  })
  return {
    setText(next) {
      if (view.state.doc.toString() === next) return
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: next },
        selection: { anchor: next.length },
      })
    },
    setError(position) {
      view.dispatch({ effects: setErrorEffect.of(position) })
    },
    focus(from, to) {
      view.focus()
      if (from !== undefined) view.dispatch({ selection: { anchor: from, head: to ?? from } })
    },
    destroy: () => view.destroy(),
  }
}

async function complete(
  { fields, values }: QueryEditorOptions,
  text: string,
  position: number,
  explicit: boolean,
): Promise<CompletionResult | null> {
  const place = completionPlace(text, position)
  if (place === null || (place.kind === 'field' && place.prefix === '' && !explicit)) return null
  try {
    if (place.kind === 'field') {
      const prefix = place.prefix.toLowerCase()
      const found = (await fields()).filter((field) => field.text.toLowerCase().includes(prefix))
      return { from: place.from, options: found.map(fieldOption), filter: false }
    }
    const found = await values(place.field, place.prefix, new AbortController().signal)
    return { from: place.from, options: found.map(valueOption), filter: false }
  } catch {
    // Completion is a help: without an answer there is none.
    return null
  }
}

function fieldOption({ text, detail }: Suggestion): Completion {
  return { label: text, detail, apply: `${escapeField(text)}:` }
}

function valueOption({ text, detail }: Suggestion): Completion {
  return { label: text, detail, apply: `${quoteValue(text)} ` }
}

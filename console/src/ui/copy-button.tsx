import { type ReactElement, type ReactNode, useEffect, useState } from 'react'
import { copyText } from './clipboard.ts'
import { Icon } from './icon.tsx'

interface CopyButtonProps {
  readonly text: string | (() => string)
  readonly label: string
  readonly children?: ReactNode
  readonly className?: string
}

/** Says for a moment that it has copied. */
export function CopyButton({
  text,
  label,
  children,
  className = 'button quiet',
}: CopyButtonProps): ReactElement {
  const [done, setDone] = useState<'no' | 'copied' | 'failed'>('no')
  useEffect(() => {
    if (done === 'no') return
    const timer = setTimeout(() => setDone('no'), 1600)
    return () => clearTimeout(timer)
  }, [done])
  const copy = (): void => {
    copyText(typeof text === 'string' ? text : text()).then(
      () => setDone('copied'),
      () => setDone('failed'),
    )
  }
  const said = done === 'copied' ? 'Copied' : 'Not copied'
  // A button that shows words is called by them; the icon alone has no name.
  const name = children === undefined ? { 'aria-label': label } : {}
  return (
    <button type="button" className={className} title={label} {...name} onClick={copy}>
      <Icon name={done === 'copied' ? 'check' : 'copy'} />
      {children !== undefined && <span>{done === 'no' ? children : said}</span>}
      <span role="status" className="unseen">
        {done === 'no' ? '' : said}
      </span>
    </button>
  )
}

/** A command that can be pasted. */
export function Command({ text }: { readonly text: string }): ReactElement {
  return (
    <div className="command">
      <pre tabIndex={0} aria-label="Command">
        {text}
      </pre>
      <CopyButton text={text} label="Copy the command" />
    </div>
  )
}

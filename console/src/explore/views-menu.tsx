import { type ReactElement, useState } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { deleteView, recentSearches, saveView, savedViews } from './saved-views.ts'

interface ViewsMenuProps {
  readonly suggestedName: string
  readonly onOpen: (search: string) => void
  /** The same search with the times that it has now, so that it shows the same records tomorrow. */
  readonly fixedLink: () => string
  readonly curl: () => string
}

export function ViewsMenu({ suggestedName, onOpen, fixedLink, curl }: ViewsMenuProps): ReactElement {
  return (
    <Menu
      label="Save and share"
      className="button quiet"
      align="end"
      button={
        <>
          <Icon name="star" />
          <span className="wide-only">Save and share</span>
        </>
      }
    >
      {(close) => (
        <Views
          suggestedName={suggestedName}
          fixedLink={fixedLink}
          curl={curl}
          onOpen={(search) => {
            close()
            onOpen(search)
          }}
        />
      )}
    </Menu>
  )
}

function Views({ suggestedName, onOpen, fixedLink, curl }: ViewsMenuProps): ReactElement {
  const [views, setViews] = useState(savedViews)
  const [recent] = useState(recentSearches)
  const [name, setName] = useState(suggestedName)
  return (
    <div className="views">
      <CopyButton className="option" label="Copy the link" text={() => location.href}>
        Copy link
      </CopyButton>
      <CopyButton className="option" label="Copy the link with fixed times" text={fixedLink}>
        Copy link with fixed times
      </CopyButton>
      <CopyButton className="option" label="Copy the search as curl" text={curl}>
        Copy as curl
      </CopyButton>
      <form
        className="panel-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() === '') return
          saveView({ name: name.trim(), search: location.search })
          setViews(savedViews())
        }}
      >
        <label className="field">
          <span>Save in this browser as</span>
          <input className="input" value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <button type="submit" className="button">
          Save
        </button>
      </form>
      {views.length > 0 && <h3 className="panel-note">Saved</h3>}
      {views.map((view) => (
        <div className="view" key={view.name}>
          <button type="button" className="option" onClick={() => onOpen(view.search)}>
            <span className="ellipsis">{view.name}</span>
          </button>
          <button
            type="button"
            className="tiny"
            aria-label={`Delete ${view.name}`}
            title="Delete"
            onClick={() => {
              deleteView(view.name)
              setViews(savedViews())
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {recent.length > 0 && <h3 className="panel-note">Recent</h3>}
      {recent.map((view) => (
        <button type="button" className="option" key={view.name} onClick={() => onOpen(view.search)}>
          <span className="ellipsis mono">{view.name}</span>
        </button>
      ))}
    </div>
  )
}

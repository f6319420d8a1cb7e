import type { Command } from 'commander'

/** What the file of a command exports: it adds options, arguments and the action to its `Command`. */
export interface CommandModule {
  readonly define: (command: Command) => void
}

export interface CommandEntry {
  readonly summary: string
  /** Imports the command's file; only that of the command being run is imported, so that each starts fast. */
  readonly load: () => Promise<CommandModule>
}

export interface NounEntry {
  readonly summary: string
  readonly verbs: Readonly<Record<string, CommandEntry>>
}

/** All commands, in the order in which help lists them. */
export const commands: Readonly<Record<string, CommandEntry | NounEntry>> = {
  start: { summary: 'start the server', load: () => import('./start.ts') },
  topic: {
    summary: 'create, list, describe, alter and delete topics; produce and consume records',
    verbs: {
      create: { summary: 'create topics', load: () => import('./topic-create.ts') },
      list: { summary: 'list topics', load: () => import('./topic-list.ts') },
      describe: {
        summary: 'show partitions, offsets and configs of topics',
        load: () => import('./topic-describe.ts'),
      },
      alter: {
        summary: 'change configs or the number of partitions',
        load: () => import('./topic-alter.ts'),
      },
      delete: { summary: 'delete topics with all their records', load: () => import('./topic-delete.ts') },
      produce: { summary: 'write records from stdin or files', load: () => import('./topic-produce.ts') },
      consume: { summary: 'print records', load: () => import('./topic-consume.ts') },
    },
  },
  group: {
    summary: 'list, describe, seek and delete consumer groups',
    verbs: {
      list: { summary: 'list groups', load: () => import('./group-list.ts') },
      describe: {
        summary: 'show members, offsets and lag of groups',
        load: () => import('./group-describe.ts'),
      },
      seek: { summary: 'set the offsets of a group', load: () => import('./group-seek.ts') },
      delete: { summary: 'delete groups and their offsets', load: () => import('./group-delete.ts') },
    },
  },
  search: { summary: 'find records by their content', load: () => import('./search.ts') },
  config: {
    summary: 'show the settings of the server and where their values come from',
    verbs: {
      print: {
        summary: 'print every setting, its value and its source',
        load: () => import('./config-print.ts'),
      },
      describe: { summary: 'explain a setting', load: () => import('./config-describe.ts') },
    },
  },
  compact: {
    summary: 'compact topics now, see what compaction did, and how it is set',
    verbs: {
      now: { summary: 'compact topics, whatever their dirty ratio', load: () => import('./compact-now.ts') },
      status: {
        summary: 'show what is compacted and what is waiting for it',
        load: () => import('./compact-status.ts'),
      },
      config: {
        summary: 'show or change how topics are compacted',
        load: () => import('./compact-config.ts'),
      },
    },
  },
  log: {
    summary: 'look into, check and repair the files of a data directory',
    verbs: {
      inspect: { summary: 'list what the files hold', load: () => import('./log-inspect.ts') },
      verify: { summary: 'check every byte and name each damage', load: () => import('./log-verify.ts') },
      repair: { summary: 'cut damage out, keeping all that is good', load: () => import('./log-repair.ts') },
    },
  },
  doctor: {
    summary: 'check this machine, the data directory and the broker',
    load: () => import('./doctor.ts'),
  },
  version: { summary: 'print the version', load: () => import('./version.ts') },
}

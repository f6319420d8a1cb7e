import { cluster } from './steps/cluster.ts'
import { configs } from './steps/configs.ts'
import { files } from './steps/files.ts'
import { groups, resets } from './steps/groups.ts'
import { performance, records } from './steps/records.ts'
import { topics } from './steps/topics.ts'
import { transactions } from './steps/transactions.ts'
import type { ToolSection } from './tool-step.ts'

/** In the order in which they run. */
export const toolSections: readonly ToolSection[] = [
  topics,
  records,
  groups,
  resets,
  configs,
  transactions,
  cluster,
  files,
  performance,
]

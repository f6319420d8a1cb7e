import { defineProperties } from '../property.ts'

/** How quotas measure; the quotas themselves are set with kafka-configs. */
export const quotaProperties = defineProperties({
  'quota.window.num': {
    type: 'int',
    default: '11',
    min: 2,
    max: 1_000,
    importance: 'low',
    doc: 'Windows over which the use of quotas is measured.',
  },
  'quota.window.size.seconds': {
    type: 'int',
    default: '1',
    min: 1,
    max: 3_600,
    unit: 'seconds',
    importance: 'low',
    doc: 'Length of each of those windows.',
  },
})

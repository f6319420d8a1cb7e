import type { Assignor } from './assignor.ts'
import { assignHeterogeneous } from './uniform-heterogeneous.ts'
import { assignHomogeneous } from './uniform-homogeneous.ts'

/** As many partitions for each member as for any other, give or take one, with as few moves as possible (Kafka: UniformAssignor). */
export const uniformAssignor: Assignor = {
  name: 'uniform',
  assign: (group) => (group.homogeneous ? assignHomogeneous(group) : assignHeterogeneous(group)),
}

/** Markers have no key that could carry an id; producer and epoch tell them apart. Data batches have positive ids. */
export function markerId(producerId: number, producerEpoch: number): number {
  return -(producerId * 100_000 + producerEpoch)
}

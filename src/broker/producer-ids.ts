import type { Metadata } from '../metadata/metadata.ts'
import { allocateProducerIds } from '../metadata/producer-ids.ts'

/** Hands out producer ids from blocks that the metadata store reserves; an id is never given twice, not even after a crash. */
export class ProducerIds {
  readonly #metadata: Metadata
  readonly #brokerId: number
  #next = 0
  #end = 0
  #reserving: Promise<void> | null = null

  constructor(metadata: Metadata, brokerId: number) {
    this.#metadata = metadata
    this.#brokerId = brokerId
  }

  async take(): Promise<number> {
    while (this.#next >= this.#end) {
      this.#reserving ??= this.#reserve().finally(() => (this.#reserving = null))
      await this.#reserving
    }
    this.#next += 1
    return this.#next - 1
  }

  async #reserve(): Promise<void> {
    const { result } = await this.#metadata.change((image) =>
      allocateProducerIds(image, this.#brokerId, image.brokers.get(this.#brokerId)?.epoch ?? -1),
    )
    this.#next = result.firstProducerId
    this.#end = result.firstProducerId + result.count
  }
}

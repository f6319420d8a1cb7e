import type { Random } from '../env/random.ts'
import { EVENTS_TOPIC, LOGS_TOPIC, type SampleRecord } from './sample-record.ts'
import { cities, customers, type Product, products, searchTerms, userAgents } from './shop-goods.ts'

/**
 * A web shop: customers who look around, some of whom buy, and what the services behind it say in their logs. Every record of a
 * visit has the same `traceId`, so that a story can be followed from the order to the line that tells why it failed.
 */
export class Shop {
  readonly #random: Random
  #orders = 100_000

  constructor(random: Random) {
    this.#random = random
  }

  /** Everything that one customer causes from the moment `start` on, in the order of time. */
  visit(start: number): readonly SampleRecord[] {
    const visit = new Visit(this.#random, start)
    visit.browse()
    if (this.#random.below(100) < 32) visit.buy(++this.#orders, incidentAt(start))
    else if (this.#random.below(100) < 6) visit.failToSignIn()
    return visit.records
  }
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** Some minutes of each hour in which payments fail: something to find. */
function incidentAt(time: number): boolean {
  const minute = Math.floor((time % HOUR_MS) / MINUTE_MS)
  return minute >= 38 && minute < 43
}

interface LogFields {
  readonly [name: string]: string | number | boolean
}

class Visit {
  readonly records: SampleRecord[] = []
  readonly #random: Random
  readonly #customer: { readonly id: string; readonly name: string; readonly country: string }
  readonly #traceId: string
  readonly #city: string
  readonly #agent: string
  #time: number

  constructor(random: Random, start: number) {
    this.#random = random
    this.#time = start
    this.#customer = this.#pick(customers)
    this.#city = this.#pick(cities[this.#customer.country] ?? ['Vienna'])
    this.#agent = this.#pick(userAgents)
    this.#traceId = random.bytes(8).toString('hex')
  }

  browse(): void {
    const looks = 1 + this.#random.below(4)
    if (this.#random.below(3) > 0) this.#search()
    for (let look = 0; look < looks; look += 1) {
      this.#wait(1500, 12_000)
      const product = this.#pick(products)
      this.#event('product_viewed', {
        product: product.name,
        sku: product.sku,
        category: product.category,
        price: product.price,
      })
      this.#request('web', 'GET', `/products/${product.sku}`, 200, this.#latency(12))
      if (this.#random.below(40) === 0)
        this.#log('catalog', 'debug', `cache miss for product ${product.sku}, read from the database`, {
          sku: product.sku,
        })
    }
  }

  buy(order: number, incident: boolean): void {
    const items = Array.from({ length: 1 + this.#random.below(3) }, () => this.#line(this.#pick(products)))
    for (const item of items) {
      this.#wait(800, 6000)
      this.#event('cart_item_added', { sku: item.sku, product: item.product, quantity: item.quantity })
      this.#request('cart', 'POST', '/cart/items', 201, this.#latency(9))
    }
    this.#wait(3000, 20_000)
    const total =
      Math.round(items.reduce((sum, { price, quantity }) => sum + price * quantity, 0) * 100) / 100
    const orderId = `o-${order}`
    this.#event('order_placed', {
      orderId,
      items,
      total,
      currency: 'EUR',
      payment: this.#pick(['card', 'paypal', 'invoice']),
    })
    this.#request('checkout', 'POST', '/orders', 201, this.#latency(45))
    this.#pay(orderId, total, incident)
  }

  failToSignIn(): void {
    this.#wait(500, 3000)
    this.#event('login_failed', { reason: 'wrong password' })
    this.#request('auth', 'POST', '/login', 401, this.#latency(60))
    this.#log('auth', 'warn', `sign-in of ${this.#customer.id} failed: wrong password`, {
      attempts: 1 + this.#random.below(5),
    })
  }

  #search(): void {
    const term = this.#pick(searchTerms)
    const results = this.#random.below(8) === 0 ? 0 : 1 + this.#random.below(60)
    this.#event('search', { term, results })
    this.#request('search', 'GET', `/search?q=${encodeURIComponent(term)}`, 200, this.#latency(25))
    if (results === 0) this.#log('search', 'info', `no results for "${term}"`, { term })
  }

  #pay(orderId: string, total: number, incident: boolean): void {
    const provider = this.#pick(['stripe', 'adyen'])
    const fails =
      incident && provider === 'stripe' ? this.#random.below(10) < 9 : this.#random.below(150) === 0
    if (fails) {
      this.#wait(2900, 3100)
      this.#log('payment', 'warn', `payment of ${orderId} timed out after 3000 ms, trying again`, {
        orderId,
        provider,
        attempt: 1,
      })
      this.#wait(2900, 3100)
      this.#log(
        'payment',
        'error',
        `payment of ${orderId} failed: upstream connect error, connection reset by ${provider}`,
        {
          orderId,
          provider,
          attempt: 2,
          exception: 'UpstreamTimeoutError',
          stack: `UpstreamTimeoutError: connection reset by peer\n    at PaymentClient.authorise (payment-client.ts:118)\n    at Checkout.pay (checkout.ts:64)`,
        },
      )
      this.#event('payment_failed', { orderId, total, provider, reason: 'timeout' })
      this.#request('checkout', 'POST', `/orders/${orderId}/payment`, 502, 6000 + this.#random.below(300))
      return
    }
    this.#wait(200, 900)
    this.#event('payment_authorised', { orderId, total, provider })
    this.#log('payment', 'info', `payment of ${orderId} authorised by ${provider}`, {
      orderId,
      provider,
      amount: total,
    })
    this.#request('checkout', 'POST', `/orders/${orderId}/payment`, 200, this.#latency(320))
    this.#wait(5000, 40_000)
    this.#event('order_shipped', {
      orderId,
      carrier: this.#pick(['DHL', 'UPS', 'Post']),
      parcels: 1 + this.#random.below(2),
    })
    this.#log('shipping', 'info', `label printed for ${orderId}`, { orderId })
  }

  #line({ name, sku, price }: Product): { product: string; sku: string; quantity: number; price: number } {
    return { product: name, sku, quantity: 1 + this.#random.below(2), price }
  }

  #event(event: string, fields: object): void {
    const { id, name, country } = this.#customer
    const value = {
      event,
      traceId: this.#traceId,
      customer: { id, name, country, city: this.#city },
      ...fields,
    }
    this.#add(EVENTS_TOPIC, id, value, [{ key: 'event-type', value: event }])
  }

  #request(service: string, method: string, path: string, status: number, durationMs: number): void {
    const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info'
    const slow = durationMs > 1000 && status < 500 ? ', slow' : ''
    this.#log(service, level, `${method} ${path} ${status} in ${durationMs} ms${slow}`, {
      method,
      path,
      status,
      durationMs,
      userAgent: this.#agent,
    })
  }

  #log(service: string, level: string, message: string, fields: LogFields): void {
    const host = `${service}-${1 + this.#random.below(3)}`
    const value = { level, service, host, message, traceId: this.#traceId, ...fields }
    this.#add(LOGS_TOPIC, host, value, [{ key: 'trace-id', value: this.#traceId }])
  }

  #add(topic: string, key: string, value: object, headers: SampleRecord['headers']): void {
    this.#time += 1 + this.#random.below(12)
    this.records.push({ topic, key, value: JSON.stringify(value), headers, timestamp: this.#time })
  }

  /** Most answers are quick, few take long. */
  #latency(usual: number): number {
    const spread = usual * (0.5 + this.#random.below(1000) / 1000)
    return Math.round(this.#random.below(50) === 0 ? spread * 20 : spread)
  }

  #wait(least: number, most: number): void {
    this.#time += least + this.#random.below(most - least)
  }

  #pick<T>(list: readonly T[]): T {
    const picked = list[this.#random.below(list.length)]
    if (picked === undefined) throw new Error('a list to pick from is never empty')
    return picked
  }
}

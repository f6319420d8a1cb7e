/** What there is in the sample shop, and who comes to it. All of it is made up. */

export interface Product {
  readonly sku: string
  readonly name: string
  readonly category: string
  readonly price: number
}

export const products: readonly Product[] = [
  { sku: 'B-1001', name: 'Trail backpack 28 l', category: 'outdoor', price: 89.9 },
  { sku: 'B-1002', name: 'Wool blanket', category: 'home', price: 64.5 },
  { sku: 'B-1003', name: 'Espresso maker', category: 'kitchen', price: 39.95 },
  { sku: 'B-1004', name: 'Chef knife 20 cm', category: 'kitchen', price: 74 },
  { sku: 'B-1005', name: 'Desk lamp', category: 'home', price: 49 },
  { sku: 'B-1006', name: 'Noise cancelling headphones', category: 'electronics', price: 219 },
  { sku: 'B-1007', name: 'Mechanical keyboard', category: 'electronics', price: 129 },
  { sku: 'B-1008', name: 'Running shoes', category: 'sports', price: 119.9 },
  { sku: 'B-1009', name: 'Yoga mat', category: 'sports', price: 29.9 },
  { sku: 'B-1010', name: 'Rain jacket', category: 'outdoor', price: 149 },
  { sku: 'B-1011', name: 'Cast iron pan', category: 'kitchen', price: 54.9 },
  { sku: 'B-1012', name: 'Notebook, dotted', category: 'stationery', price: 9.9 },
  { sku: 'B-1013', name: 'Fountain pen', category: 'stationery', price: 34 },
  { sku: 'B-1014', name: 'Bicycle light set', category: 'sports', price: 24.9 },
  { sku: 'B-1015', name: 'Thermos bottle', category: 'outdoor', price: 27.5 },
]

export const customers: readonly { readonly id: string; readonly name: string; readonly country: string }[] =
  [
    { id: 'c-2041', name: 'Anna Berger', country: 'AT' },
    { id: 'c-2117', name: 'Luca Rossi', country: 'IT' },
    { id: 'c-2203', name: 'Marie Dubois', country: 'FR' },
    { id: 'c-2256', name: 'Jonas Weber', country: 'DE' },
    { id: 'c-2310', name: 'Sofia García', country: 'ES' },
    { id: 'c-2398', name: 'Piotr Nowak', country: 'PL' },
    { id: 'c-2451', name: 'Emma Jansen', country: 'NL' },
    { id: 'c-2502', name: 'Noah Lindqvist', country: 'SE' },
    { id: 'c-2577', name: 'Mia Keller', country: 'CH' },
    { id: 'c-2613', name: 'Tomáš Novák', country: 'CZ' },
    { id: 'c-2689', name: 'Clara Hoffmann', country: 'DE' },
    { id: 'c-2740', name: 'Felix Gruber', country: 'AT' },
  ]

export const cities: Readonly<Record<string, readonly string[]>> = {
  AT: ['Vienna', 'Graz', 'Linz'],
  CH: ['Zürich', 'Bern'],
  CZ: ['Prague', 'Brno'],
  DE: ['Berlin', 'Hamburg', 'Munich', 'Leipzig'],
  ES: ['Madrid', 'Valencia'],
  FR: ['Paris', 'Lyon'],
  IT: ['Milan', 'Turin'],
  NL: ['Utrecht', 'Amsterdam'],
  PL: ['Kraków', 'Gdańsk'],
  SE: ['Stockholm', 'Malmö'],
}

export const searchTerms: readonly string[] = [
  'headphones',
  'rain jacket',
  'running shoes',
  'espresso',
  'knife',
  'lamp',
  'backpack',
  'gift for dad',
  'pan',
  'pen',
]

export const userAgents: readonly string[] = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 20_1) Mobile Safari',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0',
  'Mozilla/5.0 (Macintosh) Safari/21.0',
  'Mozilla/5.0 (X11; Linux x86_64) Firefox/158.0',
]

/** What clients of Elasticsearch look for in every answer. */
export const PRODUCT_HEADERS = { 'x-elastic-product': 'Elasticsearch' } as const

/** The version of Elasticsearch whose forms are spoken; clients of 8 and 9 take it. */
export const ELASTIC_VERSION = '8.19.0'

/** Why a server does not start, as one sentence with the way out. */
export class StartError extends Error {
  readonly code:
    | 'DATA_DIRECTORY_LOCKED'
    | 'DATA_DIRECTORY_UNUSABLE'
    | 'ADDRESS_IN_USE'
    | 'ADDRESS_UNUSABLE'
    | 'TLS_UNUSABLE'
    | 'LOG_DAMAGED'
  constructor(code: StartError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartError'
    this.code = code
  }
}

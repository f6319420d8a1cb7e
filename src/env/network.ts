/** What a connection tells its owner. Calls come one at a time; none comes after `closed`. */
export interface ConnectionEvents {
  /**
   * Where the next bytes shall be put: a view of at least one byte. It is asked for right before each read. The view
   * belongs to the connection until `received` for it returns, then again to the owner, who may hand out the same one.
   */
  target(): Uint8Array
  /** `size` bytes stand at the start of the last target. They must be consumed or copied before returning. */
  received(size: number): void
  /** Pending output fell to zero after `write` had returned false. */
  drained(): void
  /** The peer ended its side; nothing more will be received. */
  ended(): void
  /** The connection is gone, with the error that ended it, if any. Comes exactly once. */
  closed(error: Error | null): void
}

export interface TlsInfo {
  readonly protocol: string
  readonly cipher: string
  /** Distinguished name of a verified client certificate, or null. */
  readonly clientSubject: string | null
}

export interface Connection {
  readonly remoteAddress: string
  readonly remotePort: number
  /** The address and port that the peer connected to, for `advertise: auto`. */
  readonly localAddress: string
  readonly localPort: number
  readonly tls: TlsInfo | null
  /** Starts delivering events. Until then nothing is read. */
  start(events: ConnectionEvents): void
  /**
   * Queues buffers for sending, in order, as one gathered write. They must stay unchanged until `sent` is called, which
   * also happens when the connection dies first. Returns false when pending output is above the high-water mark.
   */
  write(buffers: readonly Uint8Array[], sent?: () => void): boolean
  /** Bytes accepted by `write` and not yet handed to the operating system. */
  readonly pendingBytes: number
  /** Stops and resumes reading from the socket (backpressure). */
  pause(): void
  resume(): void
  /** Sends what is pending, then closes. */
  end(): void
  /** Closes at once; pending output is lost. */
  destroy(): void
}

export interface TlsSettings {
  readonly certificate: string | Buffer
  readonly key: string | Buffer
  readonly ca?: string | Buffer
  readonly clientAuth: 'none' | 'requested' | 'required'
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly ciphers?: string
}

export interface ListenOptions {
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  readonly backlog?: number
  readonly tls?: TlsSettings
  /** A peer that failed before it became a connection (a TLS handshake, mostly). */
  readonly onRejected?: (remoteAddress: string, error: Error) => void
}

export interface Listener extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Stops accepting; open connections stay. */
  close(): Promise<void>
}

/** Outgoing connections use the same Connection. Failures reject with an Error that has a Node error code. */
export interface Network {
  listen(options: ListenOptions, accept: (connection: Connection) => void): Promise<Listener>
  connect(host: string, port: number, options?: { readonly timeoutMs?: number }): Promise<Connection>
}

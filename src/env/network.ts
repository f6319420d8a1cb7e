/** What a connection tells its owner. Calls come one at a time; none comes after `closed`. */
export interface ConnectionEvents {
  /**
   * Where the next bytes shall be put: a view of at least one byte. It is asked for once per read, at the earliest right
   * after `received` for the read before, at the latest right before the read. The view belongs to the connection until
   * `received` for it returns or `closed` comes, also while the connection is paused; then again to the owner, who may
   * hand out the same one. Connections may share a view when nothing is kept in it after `received`.
   */
  target(): Uint8Array
  /** `size` bytes stand at the start of the last target. They must be consumed or copied before returning. */
  received(size: number): void
  /** Pending output fell to zero after `write` had returned false. */
  drained(): void
  /** The peer ended its side; nothing more will be received. It can still be answered; the owner must `end` or `destroy`. */
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
   * also happens when the connection dies first, then at the latest right before `closed`. It is called once, in the
   * order of the writes, never from within `write`. Returns false when pending output has reached the high-water mark
   * (1 MiB). After `end` or `destroy` nothing is queued: `sent` is called and the result is false.
   */
  write(buffers: readonly Uint8Array[], sent?: () => void): boolean
  /** Bytes accepted by `write` and not yet handed to the operating system. */
  readonly pendingBytes: number
  /** Stops and resumes reading (backpressure). Nothing is received while paused; that the peer ended or died shows later. */
  pause(): void
  resume(): void
  /**
   * Sends what is pending, then closes, at the latest two seconds after the last byte was sent. Nothing is received any
   * more: what still arrives is thrown away, so that the kernel does not answer it with a reset that overtakes the output.
   */
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

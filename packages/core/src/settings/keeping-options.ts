/** Times are in milliseconds. */
export interface TaskOptions {
  /** How long a caller is kept waiting who reads what was made from the very answer. Default 240,000. */
  readonly wait?: number;
  /** From a job's beginning until it is given up. Default 3,600,000: an hour. */
  readonly deadline?: number;
  /** How long a job is kept after its last change. Default 604,800,000: a week. */
  readonly retention?: number;
  /**
   * Where a server of your own is told that a job is over, signed with `secret` (`whsec_…`) as OpenAI's webhooks are.
   * Callers never say where. Default: nobody is told.
   */
  readonly webhook?: { readonly url: string; readonly secret: string };
}

/** Times are in milliseconds. */
export interface AuditOptions {
  /**
   * What is kept of what callers ask and are answered: nothing, all of it with personal data and keys redacted, or all of it.
   * Default `'none'`.
   */
  readonly content?: 'none' | 'redacted' | 'full';
  /** How long that is kept. Default 604,800,000: a week. */
  readonly contentRetention?: number;
  /** How long entries are kept. Default: for ever. */
  readonly retention?: number;
  /** How many entries are kept, the newest. Default: any number. */
  readonly entries?: number;
  /** Entries that may wait to be written. Default 10,000. */
  readonly queue?: number;
  /** What becomes of new requests where as many wait: they wait, too (`'block'`), or are served and not written down, which is counted (`'drop'`). Default `'block'`. */
  readonly whenFull?: 'block' | 'drop';
}

export interface UploadOptions {
  /** Bytes that a form may have, its files included. Default 536,870,912 (512 MiB). */
  readonly limit?: number;
  /**
   * Whether files that do not fit into a megabyte of memory are written to a temporary file, which is gone with the request.
   * Default true; `false`: they are refused.
   */
  readonly spool?: boolean;
}

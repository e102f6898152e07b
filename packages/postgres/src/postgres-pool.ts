/** What is used of a pool of `pg` (`new Pool()` of version 8). */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** What is used of a connection of that pool. */
export interface PostgresClient {
  query(sql: string, values?: unknown[]): Promise<PostgresResult>;
  /** `true`: it is of no use any more. */
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  off(event: 'error', listener: (error: unknown) => void): unknown;
}

export interface PostgresResult {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: object[];
}

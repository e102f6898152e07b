/** One model that callers can name. */
export interface ModelCard {
  readonly id: string;
  /** Seconds since the epoch; when the gateway began to serve it. */
  readonly created: number;
  readonly ownedBy: string;
}

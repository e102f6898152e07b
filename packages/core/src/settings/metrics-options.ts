import type { MetricRegistry } from '../protocol/metric-registry.ts';

/** What Prometheus is told, and how. */
export interface MetricsOptions<HostRequest = unknown> {
  /** A registry of your own prom-client, which you show as ever. Default: one of the gateway's, for `gateway.metrics()` and `GET /metrics`. */
  readonly registry?: MetricRegistry;
  /**
   * Who may read `GET /metrics` below the mount, beside those whom `admin` admits: true for a request of your Prometheus, say.
   * Whatever else it gives, and a function that throws, lets nobody in.
   */
  readonly allow?: (request: HostRequest) => unknown;
  /** The value of a label `gateway`, for gateways that share a registry. Default: there is no such label. */
  readonly gateway?: string;
  /** The most models that have a label of their own; all others are `other`. Default 200. */
  readonly models?: number;
  /** The most tenants that have one, in metrics of their own: the first so many. Default 0: tenants are not told apart. */
  readonly tenants?: number;
}

export interface WatchOptions<HostRequest> {
  /** Metrics for Prometheus, by prom-client. Default: nothing is measured. */
  readonly metrics?: true | MetricsOptions<HostRequest>;
}

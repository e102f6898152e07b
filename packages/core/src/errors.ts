/** The stable codes of everything that the gateway itself refuses or reports. Callers match these, never a message. */
export type GatewayErrorCode =
  | 'VE_OPTIONS_INVALID'
  | 'VE_PATH_INVALID'
  | 'VE_ROUTE_NOT_FOUND'
  | 'VE_METHOD_NOT_ALLOWED'
  | 'VE_CONTENT_TYPE_UNSUPPORTED'
  | 'VE_CONTENT_ENCODING_UNSUPPORTED'
  | 'VE_BODY_TOO_LARGE'
  | 'VE_BODY_TIMEOUT'
  | 'VE_BODY_INVALID'
  | 'VE_BODY_CONSUMED'
  | 'VE_PARAMETER_MISSING'
  | 'VE_PARAMETER_INVALID'
  | 'VE_PARAMETER_UNSUPPORTED'
  | 'VE_RESPONSE_NOT_FOUND'
  | 'VE_PREVIOUS_NOT_FOUND'
  | 'VE_STORE_FAILED'
  | 'VE_LINK_INVALID'
  | 'VE_FILE_NOT_FOUND'
  | 'VE_OBJECT_NOT_FOUND'
  | 'VE_TASK_NOT_FOUND'
  | 'VE_TASK_UNFINISHED'
  | 'VE_TASK_FAILED'
  | 'VE_TASK_FILTERED'
  | 'VE_IDEMPOTENCY_CONFLICT'
  | 'VE_OUTCOME_UNKNOWN'
  | 'VE_UNAUTHENTICATED'
  | 'VE_FORBIDDEN'
  | 'VE_ORIGIN_REFUSED'
  | 'VE_BUDGET_EXCEEDED'
  | 'VE_REDACTION_BLOCKED'
  | 'VE_REDACTION_FAILED'
  | 'VE_GUARD_REFUSED'
  | 'VE_GUARD_FAILED'
  | 'VE_IDENTIFY_FAILED'
  | 'VE_CONFLICT'
  | 'VE_MODEL_NOT_FOUND'
  | 'VE_OPERATION_UNSUPPORTED'
  | 'VE_NOT_CACHED'
  | 'VE_CLOSING'
  | 'VE_CLIENT_CLOSED'
  | 'VE_OVERTAKEN'
  | 'VE_RATE_LIMITED'
  | 'VE_TARGET_BUSY'
  | 'VE_UPSTREAM_COOLING'
  | 'VE_UPSTREAM_DRAINED'
  | 'VE_UPSTREAM_UNREACHABLE'
  | 'VE_UPSTREAM_TIMEOUT'
  | 'VE_UPSTREAM_RESET'
  | 'VE_UPSTREAM_PROTOCOL'
  | 'VE_UPSTREAM_STATUS'
  | 'VE_UPSTREAM_KEY'
  | 'VE_DEADLINE'
  | 'VE_INTERNAL';

/** Facts for whoever words the error: a dialect's `convert-error`, or a log line. Never holds a secret. */
export interface GatewayErrorDetails {
  /** What is wrong, where, and how to fix it; only for mistakes in options or input. */
  readonly reason?: string;
  /** The parameter of the request that is at fault. */
  readonly parameter?: string;
  /** Bytes from the start of the body. */
  readonly position?: number;
  readonly model?: string;
  /** Of a response, or of what else is asked for, as the caller gave it. */
  readonly id?: string;
  /** What that is: `File`, `Batch`. */
  readonly noun?: string;
  readonly suggestions?: readonly string[];
  /** Methods. */
  readonly allow?: readonly string[];
  /** Content types. */
  readonly accept?: readonly string[];
  readonly limit?: number;
  readonly phase?: string;
  readonly upstream?: string;
  /** Status of the upstream's answer. */
  readonly upstreamStatus?: number;
  /** Milliseconds after which another try makes sense. */
  readonly retryAfter?: number;
  /**
   * The caller's client is told not to ask again by itself: it may have been done, and paid for, or will not be done any sooner.
   */
  readonly isFinal?: boolean;
  /** The one that has no room. */
  readonly budget?: BudgetFacts;
  /** The one that was reached. */
  readonly rateLimit?: RateLimitFacts;
}

/** Of a limit that refuses a call. */
export interface RateLimitFacts {
  /** What is counted: requests and tokens in a minute or a day, or calls under way. */
  readonly counted: 'rpm' | 'rpd' | 'tpm' | 'tpd' | 'concurrency';
  /** Whose limit it is. */
  readonly of: 'gateway' | 'tenant' | 'principal' | 'key' | 'model' | 'path';
  /** Of the model or the path. */
  readonly name?: string;
  readonly limit: number;
  readonly remaining: number;
}

/** Of a budget that refuses a call. */
export interface BudgetFacts {
  /** Its place in the tree; undefined where it is a virtual key's. */
  readonly path?: string | undefined;
  /** Id of the virtual key whose it is. */
  readonly key?: string | undefined;
  readonly window: 'day' | 'week' | 'month' | 'total' | 'credit';
  /** Dollars. */
  readonly limit: number;
  readonly spent: number;
  /** For calls under way. */
  readonly held: number;
  /** ISO time at which it begins anew; left out where it never does. */
  readonly resetsAt?: string;
  /** There would be room if the calls under way had cost nothing: some may come back. */
  readonly isHeld: boolean;
}

/** A whole answer of an upstream, reduced to the headers that may cross to the caller. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** What a failed attempt means for the next one; decided where the failure is born. */
export interface FailureFacts {
  /** `elsewhere`: another target may do it; `anywhere`: the same one may too, a little later. */
  readonly retry: 'never' | 'elsewhere' | 'anywhere';
  /** What the breaker of the target learns. */
  readonly health: 'success' | 'failure' | 'neutral';
  /** The request had left for the upstream, so that another attempt is more load on somebody. */
  readonly sent: boolean;
  /** The key that was used is refused or over its limit; milliseconds to leave it alone, if the upstream said. */
  readonly key?: { readonly problem: 'refused' | 'limited'; readonly coolFor?: number };
  /** What the vendor will not do whoever asks, and another model may. */
  readonly refusal?: 'context-length' | 'content-filter';
  /** Where a redirect leads to, which is not followed unasked; never told to anybody. */
  readonly redirect?: string;
  /** What the upstream answered; it goes to the caller if no other target does better. */
  readonly answer?: UpstreamAnswer;
}

const marker = Symbol.for('vector-engine.error');

/** Everything that goes wrong inside the gateway is one of these by the time it is told to anybody. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  static {
    Object.defineProperty(GatewayError.prototype, marker, { value: true });
  }

  readonly code: GatewayErrorCode;
  readonly details: GatewayErrorDetails;
  readonly failure: FailureFacts | undefined;

  constructor(
    code: GatewayErrorCode,
    details: GatewayErrorDetails = {},
    options: { cause?: unknown; failure?: FailureFacts } = {},
  ) {
    super(details.reason ?? code, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = details;
    this.failure = options.failure;
  }

  /** True for a `GatewayError` of any copy of this package. */
  static isInstance(value: unknown): value is GatewayError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}

/** The border: whatever was thrown becomes a `GatewayError`; the cause is for logs and is never sent. */
export function toGatewayError(error: unknown): GatewayError {
  return GatewayError.isInstance(error) ? error : new GatewayError('VE_INTERNAL', {}, { cause: error });
}

/** A mistake in what the developer configured: thrown at construction, and it says the cure. */
export function optionsError(reason: string): GatewayError {
  return new GatewayError('VE_OPTIONS_INVALID', { reason });
}

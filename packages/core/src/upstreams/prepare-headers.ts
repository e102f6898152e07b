import type { HeaderMap } from '../protocol/answer.ts';
import type { Call, Dialect } from '../protocol/call.ts';
import { Secrets } from './hide-secrets.ts';
import type { Proof } from './take-proof.ts';
import type { Signer, Upstream } from './upstream.ts';

/** What is the same for every call with one key or signer, put together once. */
export class PreparedHeaders {
  readonly secrets: Secrets;
  readonly #upstream: Upstream;
  readonly #bare: string[];
  readonly #whole: string[];
  readonly #streamed: string[];
  readonly #framed: string[];

  constructor(upstream: Upstream, { key: { value: key }, signer }: Proof) {
    this.secrets = new Secrets(upstream, key, signer?.secrets);
    this.#upstream = upstream;
    const common = Object.entries({
      ...upstream.headers,
      // What is compressed on the way cannot be metered on the way.
      'accept-encoding': 'identity',
    }).flat();
    if (key !== undefined) common.push(...upstream.authorize(key));
    this.#bare = common;
    const json = [...common, 'content-type', 'application/json'];
    this.#whole = [...json, 'accept', 'application/json'];
    this.#streamed = [...json, 'accept', 'text/event-stream'];
    this.#framed = [...json, 'accept', 'application/vnd.amazon.eventstream'];
  }

  /** Of one request: names and values in turn. `content`: of its body, where that is not JSON for a model that talks. */
  readonly headersOf = (call: Call, spoken: Dialect, content?: Content): string[] => {
    const streamed = spoken === 'bedrock' ? this.#framed : this.#streamed;
    const talking = call.stream ? streamed : this.#whole;
    const common = content === undefined ? talking : [...this.#bare, ...describe(content)];
    const { headers, defaultHeaders } = this.#upstream;
    const own = Object.entries({
      ...defaultHeaders,
      ...(call.dialect === spoken ? call.headers : tracing(call.headers)),
      ...call.native?.headers,
    });
    // What the operator set is not the caller's to add to.
    const added = own.filter(([name]) => !(name in headers));
    return added.length === 0 ? common : common.concat(added.flat());
  };
}

/** What goes out, and what may come back. */
export interface Content {
  /** Content type; undefined where there is no body. */
  readonly type: string | undefined;
  /** Bytes, where they are known before. */
  readonly size?: number | undefined;
  readonly accept: string;
}

function describe({ type, size, accept }: Content): string[] {
  return [
    'accept',
    accept,
    ...(type === undefined ? [] : ['content-type', type]),
    ...(size === undefined ? [] : ['content-length', String(size)]),
  ];
}

/** What is said in one vendor's headers means nothing to another. */
function tracing({ traceparent, tracestate }: HeaderMap): HeaderMap {
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  };
}

/** A function may return a new key every time. */
const proofsRemembered = 64;

export function prepareHeaders(upstream: Upstream): (proof: Proof) => PreparedHeaders {
  const known = new Map<string | Signer | undefined, PreparedHeaders>();
  return (proof) => {
    const name = proof.signer ?? proof.key.value;
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    if (known.size >= proofsRemembered) known.clear();
    const prepared = new PreparedHeaders(upstream, proof);
    known.set(name, prepared);
    return prepared;
  };
}

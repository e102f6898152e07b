import { checkAbort } from './check-abort.ts';
import { checkModels } from './check-models.ts';
import { checkStream, checkUsageUnasked } from './check-stream.ts';
import { checkUnknownModel } from './check-unknown-model.ts';
import { checkWholeAnswer } from './check-whole-answer.ts';

/** Where a gateway (or anything that speaks OpenAI's API) is mounted. */
export interface MountOptions {
  /** What an OpenAI SDK would be given, such as `http://localhost:3000/ai/v1`. */
  readonly baseURL: string;
  readonly apiKey?: string;
  /** A chat model that is served there. It is asked for a few short answers. */
  readonly model: string;
  /** Default: the global one. A gateway's own `fetch` needs no socket. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface MountFinding {
  readonly name: string;
  readonly passed: boolean;
  /** What was found, or what went wrong. */
  readonly detail: string;
}

/** One request to the mount; the path comes after the base URL. */
type Ask = (path: string, body?: object, signal?: AbortSignal) => Promise<Response>;

export interface MountCheck {
  readonly name: string;
  /** Returns what was found; throws what is wrong. */
  run(ask: Ask, model: string): Promise<string>;
}

const checks: readonly MountCheck[] = [
  checkModels,
  checkWholeAnswer,
  checkStream,
  checkUsageUnasked,
  checkAbort,
  checkUnknownModel,
];

/** Asks a mount what every OpenAI client will ask of it. Never throws: what fails is a finding. */
export async function checkMount(options: MountOptions): Promise<readonly MountFinding[]> {
  const ask = createAsk(options);
  const findings: MountFinding[] = [];
  for (const check of checks) {
    try {
      findings.push({ name: check.name, passed: true, detail: await check.run(ask, options.model) });
    } catch (error) {
      findings.push({
        name: check.name,
        passed: false,
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return findings;
}

function createAsk(options: MountOptions): Ask {
  const fetch = options.fetch ?? globalThis.fetch;
  const base = options.baseURL.replace(/\/+$/, '');
  const key: Record<string, string> =
    options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` };
  return (path, body, signal) =>
    fetch(`${base}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
}

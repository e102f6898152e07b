import { optionsError } from '../errors.ts';
import type { Dialect } from '../protocol/call.ts';
import type { Upstream } from '../upstreams/upstream.ts';
import type { GatewayOptions } from './options.ts';
import { suggest } from './suggest.ts';

/** What OpenAI has below `/v1` that the gateway does not read. */
export const families = ['files', 'uploads', 'batches', 'fine_tuning', 'vector_stores'] as const;

/** A path of the gateway below which everything is an upstream's. */
export interface NativeDoor {
  /** `/v1/files`, or an upstream's name: `/claude`. */
  readonly path: string;
  /** It is one of OpenAI's; else the upstream's own API is below it, whatever that is. */
  readonly isFamily: boolean;
  readonly upstream: string;
  /** In which its callers read errors. */
  readonly dialect: Dialect;
}

interface Given {
  readonly passthrough?: string | Readonly<Record<string, string | undefined>> | undefined;
  readonly native?: readonly string[] | undefined;
}

/**
 * The names of upstreams are plain, and no route of the gateway's own begins with one.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function resolvePassthrough(
  { passthrough = {}, native = [] }: Given,
  { upstreams, open, memory }: Pick<GatewayOptions, 'upstreams' | 'open' | 'memory'>,
): readonly NativeDoor[] {
  const find = (option: string, name: string): Upstream => {
    const upstream = Object.hasOwn(upstreams, name) ? upstreams[name] : undefined;
    if (upstream !== undefined) return upstream;
    const names = Object.keys(upstreams);
    throw optionsError(
      `${option} names upstream "${name}"; configured: ${names.join(', ')}.${suggest(name, names)}`,
    );
  };
  const served = families.flatMap((family) => {
    const upstream = typeof passthrough === 'string' ? passthrough : passthrough[family];
    return upstream === undefined ? [] : [{ family, upstream }];
  });
  if (served.length > 0 && memory === false && open !== true)
    throw optionsError(
      'passthrough: whose file or batch is whose is kept in memory, and memory is false; give it a store, or leave passthrough out',
    );
  const ofFamilies = served.map(({ family, upstream }): NativeDoor => {
    const option = typeof passthrough === 'string' ? 'passthrough' : `passthrough.${family}`;
    if (!speaksOpenAI(find(option, upstream)))
      throw optionsError(
        `${option}: "${upstream}" does not speak OpenAI's API; to let callers use its own, write native: ["${upstream}"]`,
      );
    return { path: `/v1/${family}`, isFamily: true, upstream, dialect: 'openai-chat' };
  });
  const own = [...new Set(native)].map((upstream): NativeDoor => {
    const { dialect } = find('native', upstream);
    return {
      path: `/${upstream}`,
      isFamily: false,
      upstream,
      dialect: typeof dialect === 'function' ? 'openai-chat' : dialect,
    };
  });
  return [...ofFamilies, ...own];
}

function speaksOpenAI({ dialect, alsoSpeaks }: Upstream): boolean {
  return (
    typeof dialect === 'function' ||
    [dialect, ...alsoSpeaks].some((one) => one === 'openai-chat' || one === 'openai-responses')
  );
}

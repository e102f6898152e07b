import { compileRules, rulesAt } from './guard/compile-rules.ts';
import type { Clock } from './protocol/clock.ts';
import type { Layer } from './protocol/layer.ts';
import type { RedactionSettings } from './protocol/redaction.ts';
import { askJson } from './upstreams/ask-json.ts';
import type { Egress } from './upstreams/egress.ts';
import { withRedaction } from './with-redaction.ts';

/** The layers that hide what is not to leave, for the targets of an upstream; none where no rule holds there. */
export type Redaction = (upstream: string, region: string | undefined) => readonly Layer[];

/** @throws GatewayError `VE_OPTIONS_INVALID` for a pattern that is none */
export function openRedaction(
  settings: RedactionSettings | undefined,
  { clock, egress }: { readonly clock: Clock; readonly egress: Egress },
): Redaction {
  if (settings === undefined) return () => [];
  const compiled = compileRules(settings);
  const { timeout } = settings;
  const post = (url: string, body: unknown, signal: AbortSignal): Promise<unknown> =>
    askJson(new URL(url), { body, signal }, egress);
  return (upstream, region) => {
    const rules = rulesAt(compiled, { upstream, region });
    return rules.length === 0 ? [] : [withRedaction({ rules, timeout, clock, post })];
  };
}

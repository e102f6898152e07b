import { Probe, type ProbeResult } from './resilience/probes.ts';
import type { Settings } from './settings/settings.ts';
import type { Egress } from './upstreams/egress.ts';
import { lookAtUpstream } from './upstreams/look-at-upstream.ts';

/** One probe for each upstream that asks for it, by the upstream's name. */
export function createProbes(
  { upstreams, clock }: Settings,
  egress: Egress,
  onResult: (upstream: string, result: ProbeResult) => void,
): ReadonlyMap<string, Probe> {
  const probes = new Map<string, Probe>();
  for (const [name, upstream] of Object.entries(upstreams)) {
    const { probe } = upstream;
    if (probe === undefined) continue;
    const made = new Probe({
      upstream: name,
      every: probe.every,
      clock,
      look: lookAtUpstream({ name, upstream, egress, clock }),
      onResult: (result) => onResult(name, result),
    });
    probes.set(name, made);
  }
  return probes;
}

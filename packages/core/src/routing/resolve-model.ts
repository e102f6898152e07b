import { GatewayError } from '../errors.ts';
import type { TargetName } from '../protocol/call.ts';
import { findNearNames } from './find-near-names.ts';

/** A target of a model, with its share of the traffic. */
export interface RoutedTarget extends TargetName {
  readonly weight: number | undefined;
}

/** Who serves what, resolved once from the options. */
export interface RoutingTable {
  readonly models: ReadonlyMap<string, readonly RoutedTarget[]>;
  /** Upstreams that callers can address as `upstream/model`; empty where that is off. */
  readonly addressable: ReadonlySet<string>;
}

/**
 * The targets of a model's name.
 *
 * @throws GatewayError `VE_MODEL_NOT_FOUND` with names that may have been meant.
 */
export function resolveModel(table: RoutingTable, name: string): readonly RoutedTarget[] {
  const targets = table.models.get(name);
  if (targets !== undefined) return targets;
  const slash = name.indexOf('/');
  const upstream = name.slice(0, Math.max(slash, 0));
  const model = name.slice(slash + 1);
  if (slash > 0 && model !== '' && table.addressable.has(upstream))
    return [{ upstream, model, weight: undefined }];
  throw new GatewayError('VE_MODEL_NOT_FOUND', {
    model: name,
    suggestions: findNearNames(name, table.models.keys()),
  });
}

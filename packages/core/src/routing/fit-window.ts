import type { TargetView } from '../protocol/target-view.ts';
import type { Group } from './group.ts';
import type { RoutedGroup } from './resolve-model.ts';
import type { RouteRequest } from './route-request.ts';

/** Whether something hangs on what models cost or can read: a strategy that may ask for it, or models to choose from by size. */
export function needsFacts(serves: RoutedGroup): boolean {
  return asksPrices(serves) || (serves.members.length > 1 && modelsIn(serves).size > 1);
}

function asksPrices({ strategy, members }: RoutedGroup): boolean {
  if (strategy === 'cheapest' || typeof strategy === 'function') return true;
  return members.some((member) => 'members' in member && asksPrices(member));
}

function modelsIn({ members }: RoutedGroup): Set<string> {
  return new Set(members.flatMap((member) => ('members' in member ? [...modelsIn(member)] : [member.model])));
}

/** Tokens: no question of fewer is too long for any of them. `Infinity` where no window is known. */
export function smallestWindow(group: Group<TargetView>): number {
  return Math.min(...group.targets.map(({ window }) => window ?? Number.POSITIVE_INFINITY));
}

/** About how many tokens a window must hold: the question, and the longest answer that the caller wants. */
export function tokensOf(request: Pick<RouteRequest, 'inputTokens' | 'maxTokens'>): number | undefined {
  try {
    return request.inputTokens + (request.maxTokens ?? 0);
  } catch {
    // What we cannot read, an upstream may: it is for the upstream to refuse.
    return undefined;
  }
}

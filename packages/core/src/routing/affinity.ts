import { hashText, mix } from '../protocol/hash.ts';
import type { TargetView } from '../protocol/target-view.ts';
import type { RouteRequest } from './route-request.ts';
import type { Pick } from './strategy.ts';

/**
 * What requests must share to go to the same target and key, where the vendor's prompt cache holds what they begin with:
 * `prefix`, how they begin; `session`, the session, conversation or user that they name; or a function of your own that
 * returns a text, or undefined for a request that may go anywhere.
 */
export type Affinity = 'prefix' | 'session' | ((request: RouteRequest) => string | undefined);

/** A target that has more than so many times its share of the requests under way is passed over, however well it would fit. */
const mostOfShare = 1.25;
/** Requests under way that are no load for anybody, whatever the others have. */
const quiet = 8;

/** What the request shares with others, as a number; undefined where it may go anywhere. */
export function affinityOf(affinity: Affinity, request: RouteRequest): number | undefined {
  const text = textOf(affinity, request);
  return text === undefined ? undefined : hashText(text);
}

function textOf(affinity: Affinity, request: RouteRequest): string | undefined {
  if (typeof affinity === 'function') return checked(affinity(request));
  return affinity === 'prefix' ? request.prefix : sessionOf(request);
}

/** Anything else would be alike for all requests: a promise is. */
function checked(text: unknown): string | undefined {
  if (typeof text === 'string') return text;
  if (text === undefined || text === null) return undefined;
  throw new TypeError(`an affinity function must return a text or undefined; it returned ${typeof text}`);
}

/** As callers name it: a header, `metadata`, OpenAI's `prompt_cache_key` and `user`, Anthropic's `metadata.user_id`. */
function sessionOf(request: RouteRequest): string | undefined {
  return request.tag('session') ?? request.tag('session_id') ?? request.chat?.cacheKey ?? request.chat?.user;
}

/**
 * By rendezvous hashing: every target draws a number for the key, and the highest takes it, so that a target which comes
 * or goes moves only its own keys. One that is out, or has much more than its share, is passed over for the next highest.
 * Requests without a key go by the strategy. "Consistent Hashing with Bounded Loads", Mirrokni, Thorup, Zadimoghaddam 2016.
 */
export function sticky(affinity: Affinity, otherwise: Pick): Pick {
  return (members, isOpen, choosing) => {
    const key = affinityOf(affinity, choosing.request);
    if (key === undefined) return otherwise(members, isOpen, choosing);
    choosing.onAffinity?.(key);
    return highest(members, isOpen, key) ?? otherwise(members, isOpen, choosing);
  };
}

function highest<Member extends TargetView>(
  members: readonly Member[],
  isOpen: (member: Member) => boolean,
  key: number,
): Member | undefined {
  // Nearly always it is the highest of all, and the others need not be asked what they have to do.
  const first = highestBelow(members, key, Number.POSITIVE_INFINITY);
  if (first !== undefined && first.active < quiet && isOpen(first)) return first;
  let active = 1;
  for (const member of members) active += member.active;
  const bound = Math.max(quiet, Math.ceil((active / members.length) * mostOfShare));
  return highestBelow(members.filter(isOpen), key, bound);
}

/** Of those with fewer requests under way than `bound`. */
function highestBelow<Member extends TargetView>(
  members: readonly Member[],
  key: number,
  bound: number,
): Member | undefined {
  let best: Member | undefined;
  let highestDraw = -1;
  for (const member of members) {
    const draw = mix(key ^ member.seed);
    if (draw > highestDraw && member.active < bound) {
      best = member;
      highestDraw = draw;
    }
  }
  return best;
}

import type { Dialect } from '../protocol/call.ts';
import type { Exchange } from '../protocol/exchange.ts';
import {
  isHiddenRoute,
  isPlainPath,
  type Method,
  matcherOf,
  matchRoute,
  type NativeRoute,
  type Route,
  type RouteMatch,
  routes,
} from './route-table.ts';

/** A path below which everything is an upstream's. */
export interface Door {
  readonly path: string;
  readonly upstream: string;
  readonly dialect: Dialect;
}

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** All that one gateway answers to: what every gateway has, and what the operator lets through to upstreams. */
export class RouteTable {
  readonly routes: readonly Route[];
  readonly #matchOwn: typeof matchRoute;
  readonly #shared: ReadonlySet<string>;
  readonly #doors: ReadonlyMap<string, Omit<RouteMatch, 'id'>>;

  /** `own`: those that are the gateway's. `shared`: paths of them that hosts have, too, and keep where the gateway has no ground of its own. */
  constructor(
    doors: readonly Door[],
    own: readonly Route[] = routes,
    shared: ReadonlySet<string> = new Set(),
  ) {
    this.#shared = shared;
    const entries = doors.map(({ path, upstream, dialect }) => {
      const passed = methods.map(
        (method): NativeRoute => ({ method, path: `${path}{rest}`, operation: 'native', dialect, upstream }),
      );
      return [path, { routes: passed, dialect }] as const;
    });
    this.#doors = new Map(entries);
    this.#matchOwn = own === routes ? matchRoute : matcherOf(own);
    this.routes = [...own, ...entries.flatMap(([, door]) => door.routes)];
  }

  readonly match = (path: string): RouteMatch | undefined => this.#matchOwn(path) ?? this.#matchDoor(path);

  /** Undefined where the path is none of ours; without a match where it is, and is not one that can be answered. */
  find(
    exchange: Pick<Exchange, 'path' | 'isOwnGround'>,
  ): { readonly match: RouteMatch | undefined } | undefined {
    const { path, isOwnGround } = exchange;
    if (!isOwnGround && this.#shared.has(path)) return undefined;
    const match = this.match(path);
    // What stands for a model's name can hold anything; a route without one is plain.
    const isPlain = (match !== undefined && match.id === undefined) || isPlainPath(path);
    if (isPlain) return match && { match };
    return isOwnGround || isHiddenRoute(path, this.match) ? { match: undefined } : undefined;
  }

  #matchDoor(path: string): RouteMatch | undefined {
    if (this.#doors.size === 0) return undefined;
    const [, first = '', second = ''] = path.split('/', 3);
    const door = first === 'v1' ? `/v1/${second}` : `/${first}`;
    const match = this.#doors.get(door);
    return match && { ...match, id: path.slice(door.length) };
  }
}

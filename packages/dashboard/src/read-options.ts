import { type AdminDoor, type Gateway, GatewayError } from '@vector-engine/core';

/** What is read of the options, whoever wrote them. */
export interface ReadOptions {
  readonly door: AdminDoor;
  readonly title: string;
}

const known = ['allow', 'principal', 'title'];

const cure = 'dashboard(gateway, { allow: (request) => request.user?.isAdmin })';

/** @throws GatewayError `VE_OPTIONS_INVALID` that names the option and says the cure */
export function readOptions(gateway: Pick<Gateway, 'behind'>, options: object): ReadOptions {
  if (typeof gateway?.behind !== 'function')
    throw invalid(
      'dashboard() is to be given a gateway: what createGateway() made, or the field gateway of vectorEngine()',
    );
  const { allow, principal, title = 'Vector Engine' } = fieldsOf(options);
  if (typeof allow !== 'function')
    throw invalid(
      `allow is ${allow === undefined ? 'missing' : 'no function'}: say who may see and change everything, as in ${cure}`,
    );
  if (principal !== undefined && typeof principal !== 'function')
    throw invalid('principal is no function: it is to give the principal for whom models are tried');
  if (typeof title !== 'string' || title.trim() === '' || title.length > 100)
    throw invalid('title is to be a text of 1 to 100 characters');
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid(`there is no option ${JSON.stringify(unknown)}; there are: ${known.join(', ')}`);
  return {
    title: title.trim(),
    door: {
      allow: (request): unknown => Reflect.apply(allow, undefined, [request]),
      ...(principal === undefined
        ? {}
        : { principal: (request) => Reflect.apply(principal, undefined, [request]) }),
    },
  };
}

function fieldsOf(options: object): {
  readonly allow?: unknown;
  readonly principal?: unknown;
  readonly title?: unknown;
} {
  if (typeof options === 'object' && options !== null) return options;
  throw invalid(`the second argument is to be the options, as in ${cure}`);
}

const invalid = (reason: string): GatewayError => new GatewayError('VE_OPTIONS_INVALID', { reason });

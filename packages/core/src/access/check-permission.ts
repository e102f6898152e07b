import { GatewayError } from '../errors.ts';
import type { Principal } from '../protocol/principal.ts';
import { matchesName } from './match-name.ts';

/** What a caller asks for. */
export interface Asked {
  readonly operation: string;
  /** As the caller names it; undefined where none is asked. */
  readonly model?: string | undefined;
}

/**
 * Whether this caller may ask for what the gateway does not read: in there, any model could be named. Who is held to some
 * models may where its operations name `native`.
 *
 * @throws GatewayError `VE_FORBIDDEN`
 */
export function checkNativePermission(principal: Principal | undefined): void {
  checkPermission(principal, { operation: 'native' });
  if (principal?.models === undefined || principal.operations !== undefined) return;
  throw new GatewayError('VE_FORBIDDEN', {
    reason: "what passes through unread is not allowed to who may ask some models only, unless 'native' is",
  });
}

/** Whether this caller may ask for it. @throws GatewayError `VE_FORBIDDEN` that names what is not allowed */
export function checkPermission(principal: Principal | undefined, { operation, model }: Asked): void {
  if (principal === undefined) return;
  const { operations, models } = principal;
  if (!matchesName(operations, operation))
    throw new GatewayError('VE_FORBIDDEN', { reason: `the operation '${operation}' is not allowed to you` });
  if (model === undefined || matchesName(models, model)) return;
  const name = model.length > 100 ? `${model.slice(0, 100)}…` : model;
  throw new GatewayError('VE_FORBIDDEN', {
    reason: `the model '${name}' is not allowed to you`,
    parameter: 'model',
  });
}

import type { IncomingMessage } from 'node:http';

/** Whoever is at this machine. */
const local = new Set<string | undefined>(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const ownName = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/**
 * Whether a request is from this machine, and meant for it: not one that a proxy here passes on, and not one of a page whose
 * host's name has been made to point here. In your app your login says who is an operator: `request.user?.isAdmin`.
 */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const isPassedOn = headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined;
  return local.has(socket.remoteAddress) && ownName.test(headers.host ?? '') && !isPassedOn;
}

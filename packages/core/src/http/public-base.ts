/** What tells where a caller has reached the gateway. */
export interface Reached {
  readonly protocol: string;
  /** With the port, where it is not the usual one. */
  readonly host: string;
  /** As it was asked for, with whatever the host's own routers have taken off since. */
  readonly path: string;
  /** Below the mount, as the gateway sees it. */
  readonly below: string;
}

/** Where the gateway is mounted, as this caller sees it: `https://host/ai`, with `/v1` below that. */
export function publicBase({ protocol, host, path, below }: Reached): string {
  const [plain = ''] = path.split('?');
  // A mount that itself ends in /v1 has no second one below it.
  const found = [below, below.replace(/^\/v1/, '')].find((end) => end !== '' && plain.endsWith(end));
  const mount = found === undefined ? '' : plain.slice(0, plain.length - found.length);
  return `${protocol}://${host}${mount.replace(/\/v1$/, '').replace(/\/$/, '')}`;
}

import { BlockList, isIP } from 'node:net';

const families = { 4: 'ipv4', 6: 'ipv6' } as const;
const mostBits = { 4: 32, 6: 128 } as const;

/** Addresses, and ranges of them: `10.0.0.0/8`, `2001:db8::/32`. */
export class AddressList {
  readonly #list = new BlockList();

  /** @throws TypeError that names the range which is none */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.#add(range);
  }

  /** In figures, as sockets have it. An IPv4 address may come as IPv6 writes it (`::ffff:10.0.0.1`). */
  has(address: string | undefined): boolean {
    const [plain = ''] = (address ?? '').split('%', 1);
    const family = isIP(plain);
    return (family === 4 || family === 6) && this.#list.check(plain, families[family]);
  }

  #add(range: string): void {
    const [address = '', bits, ...rest] = range.split('/');
    const family = isIP(address);
    const isPlain = rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
    if ((family !== 4 && family !== 6) || !isPlain || Number(bits ?? 0) > mostBits[family])
      throw new TypeError(`"${range.slice(0, 64)}" is no address, and no range such as "10.0.0.0/8"`);
    if (bits === undefined) this.#list.addAddress(address, families[family]);
    else this.#list.addSubnet(address, Number(bits), families[family]);
  }
}

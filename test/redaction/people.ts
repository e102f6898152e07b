/** Chance that is the same in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator#Parameters_in_common_use */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0, below `limit`. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 4_294_967_296) * limit);
  }

  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('');
  }

  /** So many characters out of an alphabet. */
  word(alphabet: string, count: number): string {
    return Array.from({ length: count }, () => alphabet.charAt(this.below(alphabet.length))).join('');
  }
}

const small = 'abcdefghijklmnopqrstuvwxyz';
const capitals: string = small.toUpperCase();
const alphanumeric: string = `${small}${capitals}0123456789`;
const hexadecimal = '0123456789abcdef';

const givenNames = [
  'ann',
  'bob',
  'chidi',
  'dörte',
  'elena',
  'fatima',
  'george',
  'hiroko',
  'inès',
  'jürgen',
  'li',
  'o.neil',
];
const companies = [
  'acme',
  'example',
  'big-corp',
  'x1',
  'mail.umbrella',
  '163',
  'müller-söhne',
  'qq',
  'dept.univ',
];
const endings = ['com', 'org', 'co.uk', 'de', 'io', 'museum', 'com.br', 'cn', 'technology'];

/** One number for the check digit of a list: the sum of products with weights. */
function weigh(digits: string, weights: readonly number[]): number {
  return Array.from(digits).reduce((sum, digit, index) => sum + Number(digit) * (weights[index] ?? 0), 0);
}

function withLuhn(body: string): string {
  for (let check = 0; check < 10; check++) {
    const digits = Array.from(`${body}${check}`).map(Number).toReversed();
    const sum = digits.reduce((total, digit, index) => {
      if (index % 2 === 0) return total + digit;
      return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
    }, 0);
    if (sum % 10 === 0) return `${body}${check}`;
  }
  return body;
}

function group(text: string, sizes: readonly number[], mark: string): string {
  let at = 0;
  return sizes
    .map((size) => {
      at += size;
      return text.slice(at - size, at);
    })
    .join(mark);
}

/** The rest of a long number by a small one, as it is done on paper. */
function restOf(number: string, divisor: bigint): number {
  return Number(BigInt(number) % divisor);
}

function asNumber(code: string): string {
  return Array.from(code)
    .map((character) => (/\d/.test(character) ? character : String(character.charCodeAt(0) - 55)))
    .join('');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

const makers: Readonly<Record<string, (dice: Dice) => string>> = {
  email: (dice) => {
    const name = dice.pick([
      () => dice.pick(givenNames),
      () => `${dice.pick(givenNames)}.${dice.pick(givenNames)}`,
      () => `${dice.pick(givenNames)}+news${dice.below(99)}`,
      () => `${dice.pick(givenNames)}_${dice.below(2000)}`,
      () => dice.digits(9),
      () => `${dice.pick(givenNames).toUpperCase()}-${dice.word(small, 3)}`,
    ])();
    return `${name}@${dice.pick(companies)}.${dice.pick(endings)}`;
  },
  phone: (dice) => {
    const area = `${2 + dice.below(8)}${dice.below(8) + 1}${dice.below(1) + 2}`;
    const exchange = `${2 + dice.below(8)}${dice.below(8) + 2}${dice.below(10)}`;
    const line = dice.digits(4);
    const subscriber = dice.digits(4);
    return dice.pick([
      () => `+1 ${area} ${exchange} ${line}`,
      () => `+1-${area}-${exchange}-${line}`,
      () => `+1${area}${exchange}${line}`,
      () => `(${area}) ${exchange}-${line}`,
      () => `${area}-${exchange}-${line}`,
      () => `${area}.${exchange}.${line}`,
      () => `1-${area}-${exchange}-${line}`,
      () => `+44 20 ${dice.digits(4)} ${subscriber}`,
      () => `+44 (0)20 ${dice.digits(4)} ${subscriber}`,
      () => `020 7${dice.digits(3)} ${subscriber}`,
      () => `07${dice.digits(3)} ${dice.digits(6)}`,
      () => `+49 30 ${1 + dice.below(9)}${dice.digits(6)}`,
      () => `+49 (0) 151 ${dice.digits(8)}`,
      () => `030 / ${1 + dice.below(9)}${dice.digits(6)}`,
      () => `+33 ${1 + dice.below(9)} ${Array.from({ length: 4 }, () => dice.digits(2)).join(' ')}`,
      () => `0${1 + dice.below(9)} ${Array.from({ length: 4 }, () => dice.digits(2)).join(' ')}`,
      () => `+86 13${dice.below(10)} ${dice.digits(4)} ${subscriber}`,
      () => `1${dice.pick(['3', '5', '8', '9'])}${dice.digits(9)}`,
      () => `+91 9${dice.digits(4)} ${dice.digits(5)}`,
      () => `+81 90-${dice.digits(4)}-${subscriber}`,
      () => `090-${dice.digits(4)}-${subscriber}`,
      () => `+55 11 9${dice.digits(4)}-${subscriber}`,
      () => `0044 20 7${dice.digits(3)} ${subscriber}`,
    ])();
  },
  card: (dice) => {
    const [start, length] = dice.pick([
      ['4', 16],
      ['51', 16],
      ['5500', 16],
      ['2221', 16],
      ['2720', 16],
      ['34', 15],
      ['37', 15],
      ['6011', 16],
      ['65', 16],
      ['3528', 16],
      ['36', 14],
      ['62', 16],
    ] as const);
    const number = withLuhn(start + dice.digits(length - start.length - 1));
    if (length === 15)
      return dice.pick([number, group(number, [4, 6, 5], ' '), group(number, [4, 6, 5], '-')]);
    if (length === 14) return dice.pick([number, group(number, [4, 6, 4], ' ')]);
    return dice.pick([number, group(number, [4, 4, 4, 4], ' '), group(number, [4, 4, 4, 4], '-')]);
  },
  iban: (dice) => {
    const [country, shape] = dice.pick([
      ['DE', () => dice.digits(18)],
      ['GB', () => dice.word(capitals, 4) + dice.digits(14)],
      ['FR', () => dice.digits(10) + dice.word(capitals + hexadecimal.slice(0, 10), 11) + dice.digits(2)],
      ['NL', () => dice.word(capitals, 4) + dice.digits(10)],
      ['NO', () => dice.digits(11)],
      ['MT', () => dice.word(capitals, 4) + dice.digits(23)],
      ['CH', () => dice.digits(17)],
      ['BR', () => `${dice.digits(23)}${dice.word(capitals, 2)}`],
    ] as const);
    const account = shape();
    const check = 98 - restOf(asNumber(`${account}${country}00`), 97n);
    const code = `${country}${two(check)}${account}`;
    return dice.pick([code, code.match(/.{1,4}/g)?.join(' ') ?? code, code.toLowerCase()]);
  },
  'us-ssn': (dice) => {
    const area = dice.pick(['001', '078', '219', '457', '665', '667', '733', '899']);
    const number = [area, two(1 + dice.below(99)), String(1 + dice.below(9999)).padStart(4, '0')];
    return dice.pick([number.join('-'), number.join('-'), number.join(' '), `SSN ${number.join('')}`]);
  },
  'cn-resident-id': (dice) => {
    const born = `${1930 + dice.below(90)}${two(1 + dice.below(12))}${two(1 + dice.below(28))}`;
    const body = `${dice.pick(['110101', '310115', '440305', '510104', '659001'])}${born}${dice.digits(3)}`;
    const rest = weigh(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    return `${body}${['1', '0', dice.pick(['X', 'x']), '9', '8', '7', '6', '5', '4', '3', '2'][rest] ?? ''}`;
  },
  'uk-nino': (dice) => {
    const letters = dice.pick(['AB', 'CE', 'JM', 'PX', 'SY', 'WZ', 'HL']);
    const digits = dice.digits(6);
    const suffix = dice.word('ABCD', 1);
    return dice.pick([
      `${letters}${digits}${suffix}`,
      `${letters} ${group(digits, [2, 2, 2], ' ')} ${suffix}`,
    ]);
  },
  'de-tax-id': (dice) => {
    const order = Array.from('123456789').map((digit) => ({ digit, at: dice.below(1_000_000) }));
    const nine = order.toSorted((one, other) => one.at - other.at).map(({ digit }) => digit);
    const place = dice.below(9);
    const ten = [...nine, nine[place] ?? '1'].join('');
    let product = 10;
    for (const digit of ten) {
      const sum = (Number(digit) + product) % 10;
      product = ((sum === 0 ? 10 : sum) * 2) % 11;
    }
    const number = `${ten}${product === 1 ? 0 : 11 - product}`;
    return dice.pick([number, group(number, [2, 3, 3, 3], ' ')]);
  },
  'fr-nir': (dice) => {
    const place = dice.pick(['75', '13', '01', '2A', '2B', '99']);
    const body = `${1 + dice.below(2)}${dice.digits(2)}${two(1 + dice.below(12))}${place}${dice.digits(6)}`;
    const number = body.replace('2A', '19').replace('2B', '18');
    const key = two(97 - restOf(number, 97n));
    return dice.pick([`${body}${key}`, `${group(body, [1, 2, 2, 2, 3, 3], ' ')} ${key}`]);
  },
  'es-dni': (dice) => {
    const letters = 'TRWAGMYFPDXBNJZSQVHLCKE';
    const number = dice.digits(8);
    const letter = letters.charAt(Number(number) % 23);
    const foreign = dice.digits(7);
    const first = dice.below(3);
    const last = letters.charAt(Number(`${first}${foreign}`) % 23);
    return dice.pick([
      `${number}${letter}`,
      `${number}-${letter}`,
      `${group(number, [2, 3, 3], '.')}-${letter}`,
      `${'XYZ'.charAt(first)}${foreign}${last}`,
      `${'XYZ'.charAt(first)}-${foreign}-${last}`,
    ]);
  },
  'it-fiscal-code': (dice) => {
    const born = `${dice.digits(2)}${dice.word('ABCDEHLMPRST', 1)}${two(1 + dice.below(28) + 40 * dice.below(2))}`;
    const body = `${dice.word(capitals, 6)}${born}${dice.word(capitals, 1)}${dice.digits(3)}`;
    const weights = 'BAKPLCQDREVOSFTGUHMINJWZYX';
    const sum = Array.from(body).reduce((total, character, index) => {
      const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
      return total + (index % 2 === 0 ? weights.indexOf(capitals.charAt(value)) : value);
    }, 0);
    return `${body}${capitals.charAt(sum % 26)}`;
  },
  'br-cpf': (dice) => {
    let number = `${1 + dice.below(9)}${dice.digits(8)}`;
    for (const start of [10, 11]) {
      const rest =
        weigh(
          number,
          Array.from({ length: start - 1 }, (_, index) => start - index),
        ) % 11;
      number += rest < 2 ? '0' : String(11 - rest);
    }
    return dice.pick([`${group(number.slice(0, 9), [3, 3, 3], '.')}-${number.slice(9)}`, number]);
  },
  'in-aadhaar': (dice) => {
    const body = `${2 + dice.below(8)}${dice.digits(10)}`;
    const number =
      Array.from('0123456789')
        .map((check) => body + check)
        .find(isVerhoeff) ?? body;
    return dice.pick([group(number, [4, 4, 4], ' '), group(number, [4, 4, 4], '-'), `Aadhaar: ${number}`]);
  },
  ip: (dice) => {
    const four = Array.from({ length: 4 }, () => dice.below(256)).join('.');
    const groups = Array.from({ length: 8 }, () => dice.word(hexadecimal, 4));
    return dice.pick([
      four,
      four,
      groups.join(':'),
      `2001:db8::${dice.word(hexadecimal.slice(1), 3)}`,
      `fe80::${groups.slice(4).join(':')}`,
      `::ffff:${four}`,
    ]);
  },
  secret: (dice) => {
    const of = (alphabet: string, count: number): string => dice.word(alphabet, count);
    const safe = alphanumeric;
    return dice.pick([
      () => `sk-${of(safe, 48)}`,
      () => `sk-proj-${of(`${safe}_`, 80)}7b`,
      () => `sk-ant-api03-${of(`${safe}_`, 93)}AA`,
      () => `sk-ve-${of(safe, 43)}`,
      () => `AIza${of(`${safe}_`, 34)}x`,
      () => `AKIA${of(`${capitals}234567`, 16)}`,
      () => `ghp_${of(safe, 35)}4`,
      () => `github_pat_${of(safe, 22)}_${of(safe, 58)}5`,
      () => `xoxb-${dice.digits(12)}-${dice.digits(12)}-${of(safe, 24)}`,
      () => `sk_live_${of(safe, 24)}8`,
      () => `glpat-${of(safe, 20)}`,
      () => `npm_${of(safe, 35)}3`,
      () => `hf_${of(safe, 33)}2`,
      () => `eyJ${of(safe, 33)}.eyJ${of(safe, 60)}.${of(safe, 43)}`,
      () =>
        `-----BEGIN ${dice.pick(['', 'RSA ', 'EC '])}PRIVATE KEY-----\n${of(`${safe}+/`, 64)}\n${of(safe, 40)}==\n-----END PRIVATE KEY-----`,
    ])();
  },
};

/** In the tables of https://en.wikipedia.org/wiki/Verhoeff_algorithm. */
function isVerhoeff(number: string): boolean {
  const d = [
    '0123456789',
    '1234067895',
    '2340178956',
    '3401289567',
    '4012395678',
    '5987604321',
    '6598710432',
    '7659821043',
    '8765932104',
    '9876543210',
  ];
  const p = [
    '0123456789',
    '1576283094',
    '5803796142',
    '8916043527',
    '9453126870',
    '4286573901',
    '2793806415',
    '7046913258',
  ];
  const check = Array.from(number)
    .toReversed()
    .reduce((sum, digit, index) => {
      const moved = p[index % 8]?.charAt(Number(digit)) ?? '0';
      return Number(d[sum]?.charAt(Number(moved)) ?? '0');
    }, 0);
  return check === 0;
}

export const madeKinds: readonly string[] = Object.keys(makers);

/** One of a kind, in one of the ways that people write it. */
export function make(kind: string, dice: Dice): string {
  const maker = makers[kind];
  if (maker === undefined) throw new Error(`nobody makes a ${kind}`);
  return maker(dice);
}

/** What looks like something and is nothing: what code, logs and shops are full of. */
export function makeNothing(dice: Dice): string {
  const hex = (count: number): string => dice.word(hexadecimal, count);
  const year = 1995 + dice.below(40);
  const month = two(1 + dice.below(12));
  const day = two(1 + dice.below(28));
  const time = `${two(dice.below(24))}:${two(dice.below(60))}:${two(dice.below(60))}`;
  return dice.pick([
    () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    () => hex(32),
    () => hex(40),
    () => hex(64),
    () => `sha256:${hex(64)}`,
    () => `Order ${dice.digits(10)}`,
    () => `ORD-${year}-${dice.digits(6)}`,
    () => `order no. ${dice.digits(12)}`,
    () => `Invoice ${dice.digits(8)}`,
    () => `INV${dice.digits(9)}`,
    () => `#${dice.digits(5)}`,
    () => dice.digits(10),
    () => dice.digits(16),
    () => `${year}-${month}-${day}`,
    () => `${day}.${month}.${year}`,
    () => `${month}/${day}/${year}`,
    () => `${year}-${month}-${day}T${time}Z`,
    () => `${year}-${month}-${day} ${time}.${dice.digits(6)}`,
    () => `${day} ${month} ${year} ${two(dice.below(24))}`,
    () => `${year}${month}${day}${dice.digits(6)}`,
    () => time,
    () => `${1_700_000_000 + dice.below(99_999_999)}`,
    () => `17${dice.digits(11)}`,
    () => `$${1 + dice.below(999)},${dice.digits(3)}.${dice.digits(2)}`,
    () => `${1 + dice.below(99)}.${dice.digits(3)},${dice.digits(2)} €`,
    () => `USD ${dice.digits(4)}.${dice.digits(2)}`,
    () => `3.${dice.digits(15)}`,
    () => `-${dice.digits(3)}.${dice.digits(7)}, ${dice.digits(2)}.${dice.digits(7)}`,
    () => `v${dice.below(30)}.${dice.below(30)}.${dice.below(30)}`,
    () => `version ${dice.below(30)}.${dice.below(30)}.${dice.below(30)}.${dice.below(30)}`,
    () => `${dice.word(small, 6)}@${dice.below(20)}.${dice.below(20)}.${dice.below(9)}`,
    () => `@${dice.word(small, 7)}/${dice.word(small, 5)}`,
    () => `@${dice.word(small, 9)}`,
    () => `icon@2x.png`,
    () => `Chrome/1${dice.digits(2)}.0.6${dice.digits(3)}.${dice.digits(3)}`,
    () => `${dice.word(small, 4)}::${dice.word('ghijklmnopqrstuvwxyz', 5)}`,
    () => Array.from({ length: 6 }, () => hex(2)).join(':'),
    () => `0x${hex(16)}`,
    () => `#${hex(6)}`,
    () => `ISBN 978-3-16-${dice.digits(6)}-${dice.digits(1)}`,
    () => `${dice.digits(3)}x${dice.digits(3)}`,
    () => `for (let i = 0; i < ${dice.digits(4)}; i++) a[i] *= ${dice.digits(2)};`,
    () => `sk-${Array.from({ length: 5 }, () => dice.word(small, 6)).join('-')}`,
    () => `task-${dice.word(small, 12)}-${dice.digits(3)}`,
    () => `eyJ${dice.word(alphanumeric, 8)}`,
    () => `${dice.word(capitals, 3)}-${dice.digits(4)}`,
    () => `${dice.word(capitals, 2)}${dice.digits(4)}${dice.word(capitals, 2)}`,
    () => `${dice.digits(2)}%`,
    () => `chapter ${dice.below(20)}.${dice.below(20)}`,
    () => `pp. ${dice.digits(3)}-${dice.digits(3)}`,
    () => `${dice.digits(5)}-${dice.digits(4)}`,
    () => Array.from({ length: 8 }, () => dice.below(1000)).join(' '),
    () => Array.from({ length: 6 }, () => dice.below(100)).join(', '),
  ])();
}

/** ISO/IEC 7812: cards. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 0x30;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO 7064 mod 97-10, as IBANs have it: the first four characters are moved to the end, letters count from 10. */
export function passesMod97(code: string): boolean {
  let rest = 0;
  for (const character of code.slice(4) + code.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** ISO 7064 mod 11-2, as Chinese resident numbers have it. */
export function passesMod11(code: string): boolean {
  let sum = 0;
  for (let index = 0; index < 17; index++) sum += (code.charCodeAt(index) - 0x30) * (2 ** (17 - index) % 11);
  return '10X98765432'.charAt(sum % 11) === code.charAt(17).toUpperCase();
}

/** ISO 7064 mod 11,10, as German tax numbers have it. */
export function passesMod11And10(digits: string): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits.slice(-1));
}

const dihedral: readonly (readonly number[])[] = Array.from({ length: 10 }, (_, one) =>
  Array.from({ length: 10 }, (__, other) => {
    if (one < 5) return other < 5 ? (one + other) % 5 : 5 + ((one + other) % 5);
    return other < 5 ? 5 + ((one - other) % 5) : (one - other + 10) % 5;
  }),
);
const turns = '1576283094';

/** Verhoeff's, as Aadhaar numbers have it. */
export function passesVerhoeff(digits: string): boolean {
  let check = 0;
  for (let index = 0; index < digits.length; index++) {
    let digit = Number(digits.charAt(digits.length - 1 - index));
    for (let count = index % 8; count > 0; count--) digit = Number(turns.charAt(digit));
    check = dihedral[check]?.[digit] ?? 0;
  }
  return check === 0;
}

/** The two check digits of a Brazilian CPF. */
export function passesCpf(digits: string): boolean {
  if (/^(\d)\1{10}$/.test(digits)) return false;
  const check = (length: number): number => {
    let sum = 0;
    for (let index = 0; index < length; index++) sum += Number(digits.charAt(index)) * (length + 1 - index);
    return ((sum * 10) % 11) % 10;
  };
  return check(9) === Number(digits.charAt(9)) && check(10) === Number(digits.charAt(10));
}

const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** The last letter of an Italian codice fiscale; the code is in capitals. */
export function passesFiscalCode(code: string): boolean {
  let sum = 0;
  for (let index = 0; index < 15; index++) {
    const character = code.charCodeAt(index);
    const value = character >= 0x41 ? character - 0x41 : character - 0x30;
    sum += index % 2 === 0 ? (odd[value] ?? 0) : value;
  }
  return sum % 26 === code.charCodeAt(15) - 0x41;
}

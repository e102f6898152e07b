/**
 * The name of a payment, made once for each form that is opened: what is sent twice is paid in once. `randomUUID` is not there
 * where the page came over plain HTTP.
 */
export function makePaymentId(fill: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = fillRandomly): string {
  const digits = [...fill(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0'));
  return `dashboard-${digits.join('')}`;
}

function fillRandomly(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  return crypto.getRandomValues(bytes);
}

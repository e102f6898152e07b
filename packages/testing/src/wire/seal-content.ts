import { createHmac } from 'node:crypto';

/*
 * Signatures as vendors put them on reasoning: opaque to everybody, worthless to everybody but their issuer. Here they
 * can be checked without a memory of what was issued, so that any server that plays the same vendor takes them.
 */

const nonceLength = 12;
const proofLength = 20;

function prove(issuer: string, text: string): Buffer {
  return createHmac('sha256', `simulated ${issuer}`).update(text).digest().subarray(0, proofLength);
}

/** Base64 that only `issuer` can make, and only for this content. `seed` makes it differ from others for the same content. */
export function sealContent(issuer: string, content: string, seed: string): string {
  const nonce = prove(issuer, `nonce ${seed}`).subarray(0, nonceLength);
  const proofs = [prove(issuer, nonce.toString('hex')), prove(issuer, `${nonce.toString('hex')} ${content}`)];
  return Buffer.concat([nonce, ...proofs]).toString('base64');
}

/** `altered`: the issuer's own, but for other content. `foreign`: not the issuer's, or no longer what it was. */
export function examineSeal(
  issuer: string,
  seal: string,
  content: string,
): 'genuine' | 'altered' | 'foreign' {
  const bytes = Buffer.from(seal, 'base64');
  if (bytes.toString('base64') !== seal || bytes.length !== nonceLength + 2 * proofLength) return 'foreign';
  const nonce = bytes.subarray(0, nonceLength).toString('hex');
  const own = bytes.subarray(nonceLength, nonceLength + proofLength);
  if (!own.equals(prove(issuer, nonce))) return 'foreign';
  return bytes.subarray(nonceLength + proofLength).equals(prove(issuer, `${nonce} ${content}`))
    ? 'genuine'
    : 'altered';
}

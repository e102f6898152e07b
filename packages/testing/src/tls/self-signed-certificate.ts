import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bits, der, integer, octets, oid, sequence, set, tagged, time, utf8, yes } from './encode-der.ts';

/** What a TLS server needs, in PEM; `cert` is also what a client takes as its `ca`. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const day = 24 * 60 * 60 * 1000;
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';
const subjectAltName = '2.5.29.17';
const basicConstraints = '2.5.29.19';

/** A fresh certificate for localhost and 127.0.0.1, signed by itself, valid for a week (X.509 v3, RFC 5280, P-256). */
export function selfSignedCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(ecdsaWithSha256));
  const name = sequence(set(sequence(oid(commonName), utf8('localhost'))));
  const now = Date.now();
  const content = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(new Date(now - day)), time(new Date(now + 7 * day))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      3,
      sequence(
        sequence(oid(subjectAltName), octets(sequence(dnsName('localhost'), ipAddress(127, 0, 0, 1)))),
        sequence(oid(basicConstraints), yes, octets(sequence(yes))),
      ),
    ),
  );
  const certificate = sequence(content, algorithm, bits(sign('sha256', content, privateKey)));
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: toPem(certificate) };
}

function dnsName(name: string): Buffer {
  return der(0x82, Buffer.from(name));
}

function ipAddress(...bytes: readonly number[]): Buffer {
  return der(0x87, Buffer.from(bytes));
}

function toPem(certificate: Buffer): string {
  const lines = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

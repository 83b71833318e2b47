/**
 * A self-signed X.509 certificate around an RSA key, which Node can read but not write. Only what RFC 5280 requires: DER
 * is a tag, a length, and contents that are often DER again.
 */
import { createPublicKey, type KeyObject, sign } from "node:crypto";
import type { Instant } from "../../clock.ts";

export interface CertificateOptions {
  /** RSA. */
  privateKey: KeyObject;
  /** Whose it is, as the CN of subject and issuer. */
  commonName: string;
  /** Up to 19 random bytes; RFC 5280 allows 20 with the sign. */
  serial: Buffer;
  /** It holds from here on, and does not expire. */
  notBefore: Instant;
}

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
};
/** The contents of object identifiers. */
const OID = {
  /** 1.2.840.113549.1.1.11 */
  sha256WithRsa: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b],
  /** 2.5.4.3 */
  commonName: [0x55, 0x04, 0x03],
  /** 2.5.29.19 */
  basicConstraints: [0x55, 0x1d, 0x13],
};
/** What RFC 5280 (4.1.2.5) has for a certificate that does not expire. */
const NEVER = Date.UTC(9999, 11, 31, 23, 59, 59);
const VERSION_3 = 2;

/** The certificate in PEM. */
export function selfSignedCertificate({ privateKey, commonName, serial, notBefore }: CertificateOptions): string {
  const algorithm = sequence(der(TAG.objectIdentifier, OID.sha256WithRsa), der(TAG.null));
  const name = sequence(
    der(TAG.set, sequence(der(TAG.objectIdentifier, OID.commonName), der(TAG.utf8String, Buffer.from(commonName)))),
  );
  const contents = sequence(
    der(TAG.version, der(TAG.integer, [VERSION_3])),
    positiveInteger(serial),
    algorithm,
    name,
    sequence(time(notBefore), time(NEVER)),
    name,
    createPublicKey(privateKey).export({ type: "spki", format: "der" }),
    der(TAG.extensions, sequence(notAnAuthority())),
  );
  const signature = sign("sha256", contents, privateKey);
  return pem(sequence(contents, algorithm, der(TAG.bitString, [0], signature)));
}

/** Critical, with an empty sequence: no certificate is signed with this one. */
function notAnAuthority(): Buffer {
  const oid = der(TAG.objectIdentifier, OID.basicConstraints);
  return sequence(oid, der(TAG.boolean, [0xff]), der(TAG.octetString, sequence()));
}

/** A leading zero byte keeps the first bit from being read as a sign; further ones are not allowed. */
function positiveInteger(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Buffer.of(1) : bytes.subarray(first);
  return der(TAG.integer, (significant[0] ?? 0) >= 0x80 ? [0] : [], significant);
}

/** With two digits for a year before 2050, as RFC 5280 (4.1.2.5) demands, and with four from then on. */
function time(instant: Instant): Buffer {
  const digits = new Date(instant).toISOString().slice(0, 19).replace(/[-:T]/g, "");
  if (digits >= "2050") return der(TAG.generalizedTime, Buffer.from(`${digits}Z`));
  return der(TAG.utcTime, Buffer.from(`${digits.slice(2)}Z`));
}

const sequence = (...contents: Buffer[]): Buffer => der(TAG.sequence, ...contents);

function der(tag: number, ...contents: (Buffer | number[])[]): Buffer {
  const body = Buffer.concat(contents.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
}

/** Below 128 the length is one byte; from there on, the first byte says how many follow. */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

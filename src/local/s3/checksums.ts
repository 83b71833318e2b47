/** The checksums that clients send with what they upload, and what they are compared with. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { notBuilt, S3Error } from "./s3Error.ts";

const BYTES = { crc32: 4, crc32c: 4, crc64nvme: 8, sha1: 20, sha256: 32 } as const;
type Algorithm = keyof typeof BYTES;

const PREFIX = "x-amz-checksum-";
/** Names that begin like a checksum and are none. */
const NONE = new Set(["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"]);

/**
 * The checksums among `headers`, as base64 by header name, once each was found to be that of `body`. Throws BadDigest
 * for one that is another's, InvalidRequest for one that is none.
 */
export function verifiedChecksums(body: Buffer, headers: Record<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of checksumNames(headers)) {
    const value = headers[name] ?? "";
    const algorithm = name.slice(PREFIX.length);
    if (!isKnown(algorithm)) throw notBuilt(`The checksum algorithm ${algorithm} is not built`);
    if (Buffer.from(value, "base64").length !== BYTES[algorithm]) {
      throw new S3Error("InvalidRequest", `Value for ${name} header is invalid.`);
    }
    if (checksum(algorithm, body) !== value) {
      const told = `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`;
      throw new S3Error("BadDigest", told);
    }
    found[name] = value;
  }
  verifyMd5(body, headers["content-md5"]);
  verifySha256(body, headers["x-amz-content-sha256"]);
  return found;
}

/** The headers that are checksums. */
export const checksumNames = (headers: Record<string, string>): string[] =>
  Object.keys(headers).filter((name) => name.startsWith(PREFIX) && !NONE.has(name));

export const md5 = (body: Uint8Array): string => createHash("md5").update(body).digest("hex");

const isKnown = (algorithm: string): algorithm is Algorithm => Object.hasOwn(BYTES, algorithm);

/** Base64. */
export function checksum(algorithm: Algorithm, body: Uint8Array): string {
  switch (algorithm) {
    case "sha1":
    case "sha256":
      return createHash(algorithm).update(body).digest("base64");
    case "crc32":
      return wordsToBase64(crc32(body));
    case "crc32c":
      return wordsToBase64(crc32c(body));
    case "crc64nvme":
      return wordsToBase64(...crc64nvme(body));
  }
}

function verifyMd5(body: Buffer, sent: string | undefined): void {
  if (sent === undefined) return;
  const digest = Buffer.from(sent, "base64");
  if (digest.length !== 16) throw new S3Error("InvalidDigest");
  if (digest.toString("hex") !== md5(body)) throw new S3Error("BadDigest");
}

/** The digest that a signature covers; the other values of the header are words such as `UNSIGNED-PAYLOAD`. */
function verifySha256(body: Buffer, sent: string | undefined): void {
  if (sent === undefined || !/^[0-9a-f]{64}$/.test(sent)) return;
  if (createHash("sha256").update(body).digest("hex") !== sent) throw new S3Error("XAmzContentSHA256Mismatch");
}

function wordsToBase64(...words: number[]): string {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, 4 * index);
  return bytes.toString("base64");
}

let castagnoli: Uint32Array | undefined;

/** CRC-32/ISCSI, reflected. */
function crc32c(body: Uint8Array): number {
  castagnoli ??= Uint32Array.from({ length: 256 }, (_, index) => {
    let word = index;
    for (let bit = 0; bit < 8; bit += 1) word = word & 1 ? (word >>> 1) ^ 0x82f63b78 : word >>> 1;
    return word;
  });
  let crc = 0xffffffff;
  for (const byte of body) crc = (castagnoli[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

let nvme: { high: Uint32Array; low: Uint32Array } | undefined;

/** CRC-64/NVME, reflected, in two halves: numbers of 64 bits are slow. */
function crc64nvme(body: Uint8Array): [high: number, low: number] {
  nvme ??= crc64Table(0x9a6c9329, 0xac4bc9b5);
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of body) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (nvme.low[index] ?? 0);
    high = (high >>> 8) ^ (nvme.high[index] ?? 0);
  }
  return [~high >>> 0, ~low >>> 0];
}

function crc64Table(polynomialHigh: number, polynomialLow: number) {
  const table = { high: new Uint32Array(256), low: new Uint32Array(256) };
  for (let index = 0; index < 256; index += 1) {
    let high = 0;
    let low = index;
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (odd) {
        low ^= polynomialLow;
        high ^= polynomialHigh;
      }
    }
    table.high[index] = high;
    table.low[index] = low;
  }
  return table;
}

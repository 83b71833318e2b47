/**
 * Arrays as PostgreSQL takes them in its binary format: a text would have to be escaped here and read again there, which
 * costs more than all else that becomes of it.
 */
import type { Value } from "../database.ts";

export type ArrayType = "bigint" | "text";

/** The numbers by which the server knows the types. */
const OIDS: Record<ArrayType, number> = { bigint: 20, text: 25 };
/** Dimensions, whether there are nulls, the type of the elements, how many there are, and the index of the first. */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const BIGINT_BYTES = 8;
const NULL_LENGTH = -1;

/** The driver sends a buffer as it is. */
export function binaryArray(type: ArrayType, values: readonly Value[]): Buffer {
  const lengths = values.map((value) => lengthOf(type, value));
  const size = lengths.reduce((total, length) => total + LENGTH_BYTES + Math.max(0, length), HEADER_BYTES);
  const array = Buffer.allocUnsafe(size);
  let at = 0;
  for (const part of [1, lengths.includes(NULL_LENGTH) ? 1 : 0, OIDS[type], values.length, 1]) {
    at = array.writeInt32BE(part, at);
  }
  for (const [index, value] of values.entries()) {
    const length = lengths[index] ?? NULL_LENGTH;
    at = array.writeInt32BE(length, at);
    if (length === NULL_LENGTH) continue;
    at = type === "bigint" ? writeBigint(array, Number(value), at) : at + array.write(String(value), at);
  }
  return array;
}

function lengthOf(type: ArrayType, value: Value): number {
  if (value === null) return NULL_LENGTH;
  return type === "bigint" ? BIGINT_BYTES : Buffer.byteLength(String(value));
}

/** Whole numbers up to 2^53, which a BigInt would make slow. */
function writeBigint(array: Buffer, value: number, at: number): number {
  const high = Math.floor(value / 2 ** 32);
  return array.writeUInt32BE(value - high * 2 ** 32, array.writeInt32BE(high, at));
}

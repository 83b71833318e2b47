/** The only source of randomness. A test or a simulation passes a seeded one. */
import { randomBytes, randomUUID } from "node:crypto";

export interface Ids {
  /** A version 4 UUID in lower case: application ids, group ids, request ids. */
  uuid(): string;
  /** `d-` and nine capital letters or digits, as CodeDeploy's own deployment ids (semantics 1.4). */
  deploymentId(): string;
  /** Random bytes: keys. */
  bytes(count: number): Buffer;
  /** A number in [0, 1): weighted choice, jitter. */
  fraction(): number;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  deploymentId: () => `d-${Array.from({ length: 9 }, () => ALPHABET[Math.floor(fraction() * 36)]).join("")}`,
  bytes: (count) => randomBytes(count),
  fraction,
};

function fraction(): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
}

/** The same sequence for the same seed (mulberry32): simulations and tests that must be replayed. */
export function seededIds(seed: number): Ids {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => Math.floor(next() * 256)));
  return {
    uuid() {
      const hex = bytes(16).toString("hex");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    deploymentId: () => `d-${Array.from({ length: 9 }, () => ALPHABET[Math.floor(next() * 36)]).join("")}`,
    bytes,
    fraction: next,
  };
}

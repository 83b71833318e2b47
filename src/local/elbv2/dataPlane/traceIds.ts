/** Trace ids in AWS's form: when the request came, and 96 random bits. */
import { wallClock } from "../../../clock.ts";
import type { Ids } from "../../../ids.ts";

const DIGITS = 24;
/** Drawn together: one by one, they were the dearest part of a request after its system calls. */
const DRAWN = 256;

export function traceIds(ids: Ids): () => string {
  let drawn = "";
  let at = 0;
  return () => {
    if (at >= drawn.length) {
      drawn = ids.bytes((DRAWN * DIGITS) / 2).toString("hex");
      at = 0;
    }
    const random = drawn.slice(at, at + DIGITS);
    at += DIGITS;
    const seconds = Math.floor(wallClock.now() / 1000);
    return `1-${seconds.toString(16).padStart(8, "0")}-${random}`;
  };
}

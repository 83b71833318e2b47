/** Opaque page tokens, bound to the call and its filters (semantics 1.7). */
import { createHmac, timingSafeEqual } from "node:crypto";
import { InvalidNextTokenException } from "../shapes/codedeploy.ts";

/** How many names or ids a page holds. */
export const PAGE_SIZE = 100;

/** A list call with everything that decides what it lists: operation, account, region, filters. */
export type ListCall = readonly unknown[];

/** The position a token stands for; `null` for the first page. A token that belongs to another call is refused. */
export function positionOf<Position>(key: Buffer, call: ListCall, token: string | undefined): Position | null {
  if (!token) return null;
  const [payload = "", signature = "", ...rest] = token.split(".");
  const expected = Buffer.from(sign(key, call, payload), "utf8");
  const given = Buffer.from(signature, "utf8");
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new InvalidNextTokenException("The next token is not valid for this request; start again without a token");
  }
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Position;
}

/**
 * One page of `rows`, of which one more than a page was asked for, and the token of the next page where there is one.
 */
export function pageOf<Row, Position>(
  key: Buffer,
  call: ListCall,
  rows: readonly Row[],
  positionAfter: (row: Row) => Position,
): { rows: Row[]; nextToken: string | undefined } {
  const page = rows.slice(0, PAGE_SIZE);
  const last = page.at(-1);
  if (rows.length <= PAGE_SIZE || last === undefined) return { rows: page, nextToken: undefined };
  const payload = Buffer.from(JSON.stringify(positionAfter(last)), "utf8").toString("base64url");
  return { rows: page, nextToken: `${payload}.${sign(key, call, payload)}` };
}

function sign(key: Buffer, call: ListCall, payload: string): string {
  const digest = createHmac("sha256", key).update(JSON.stringify(call)).update("\n").update(payload).digest();
  return digest.subarray(0, 16).toString("base64url");
}

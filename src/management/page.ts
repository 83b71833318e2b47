/** Where a page of a list begins and how long it is, from a request's query. */
import { ProtocolError } from "../protocol/protocolError.ts";
import type { Page } from "../store/store.ts";

const USUAL_LIMIT = 50;
const MOST_ENTRIES = 1000;

/** `position` is what the query calls the number of the last entry of the page before. */
export function pageOf(query: URLSearchParams, position: string): Page<number> {
  const after = query.get(position);
  return {
    limit: wholeNumber("limit", query.get("limit") ?? String(USUAL_LIMIT), MOST_ENTRIES),
    after: after === null ? null : wholeNumber(position, after, Number.MAX_SAFE_INTEGER),
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= 1 && value <= most) return value;
  throw new ProtocolError(400, "ValidationException", `${name} must be a whole number from 1 to ${most}`);
}

/** `GET /_signalbox/audit?limit=50&before=N`: who changed what in the caller's account and region, newest first. */
import type { HttpRequest } from "../protocol/http.ts";
import { ProtocolError } from "../protocol/protocolError.ts";
import type { Store } from "../store/store.ts";

const USUAL_LIMIT = 50;
const MOST_ENTRIES = 1000;

/** Entries with `at` in seconds since the epoch; `before` is the number of the oldest entry of the page before. */
export async function auditPage(store: Store, { caller, query }: HttpRequest) {
  const limit = wholeNumber("limit", query.get("limit") ?? String(USUAL_LIMIT), MOST_ENTRIES);
  const before = query.get("before");
  const after = before === null ? null : wholeNumber("before", before, Number.MAX_SAFE_INTEGER);
  const entries = await store.read((reader) => reader.audit.list(caller, { after, limit }));
  return { entries: entries.map((entry) => ({ ...entry, at: entry.at / 1000 })) };
}

export type AuditPage = Awaited<ReturnType<typeof auditPage>>;

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= 1 && value <= most) return value;
  throw new ProtocolError(400, "ValidationException", `${name} must be a whole number from 1 to ${most}`);
}

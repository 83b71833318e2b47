/** `GET /_signalbox/audit?limit=50&before=N`: who changed what in the caller's account and region, newest first. */
import type { HttpRequest } from "../protocol/http.ts";
import type { Store } from "../store/store.ts";
import { pageOf } from "./page.ts";

/** Entries with `at` in seconds since the epoch; `before` is the number of the oldest entry of the page before. */
export async function auditPage(store: Store, { caller, query }: HttpRequest) {
  const page = pageOf(query, "before");
  const entries = await store.read((reader) => reader.audit.list(caller, page));
  return { entries: entries.map((entry) => ({ ...entry, at: entry.at / 1000 })) };
}

export type AuditPage = Awaited<ReturnType<typeof auditPage>>;

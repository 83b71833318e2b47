/**
 * Every write is audited: an operation that opens a transaction leaves an entry in it, and one that was refused leaves an
 * entry that says with which error.
 */
import type { HttpRequest } from "../protocol/http.ts";
import type { AuditEntry, Store } from "../store/store.ts";

/** Texts longer than this appear in the audit by their beginning. */
const LONGEST_TEXT = 200;

/** The store as one request sees it: its transactions carry their own audit entry, as durable as their writes. */
export function auditedStore(
  store: Store,
  operation: string,
  input: unknown,
  request: HttpRequest,
  now: () => number,
): Store {
  const { caller, requestId } = request;
  const { accessKeyId, sourceAddress } = caller;
  const entry = (outcome: string): AuditEntry => {
    return { at: now(), operation, outcome, requestId, accessKeyId, sourceAddress, input: shortened(input) };
  };
  return {
    ...store,
    async transaction(work) {
      try {
        return await store.transaction(async (tx) => {
          const result = await work(tx);
          await tx.audit.append(caller, entry("Succeeded"));
          return result;
        });
      } catch (error) {
        const outcome = error instanceof Error ? error.name : "Error";
        // A refusal that cannot be audited is a fault of ours, and the caller is told so instead.
        await store.transaction((tx) => tx.audit.append(caller, entry(outcome)));
        throw error;
      }
    },
  };
}

function shortened(value: unknown): unknown {
  if (typeof value === "string") {
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}… (${value.length} characters)` : value;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shortened(member)]));
}

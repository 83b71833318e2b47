/**
 * Every write is audited, refusals included, whatever the moment of refusal: each request leaves exactly one entry. It
 * stands in the write's own transaction, so that neither is there without the other; where the request opens none, or
 * its transaction is taken back, in one of its own. A request whose caller or operation is unknown, or that is too large
 * to be read, is no write yet.
 */
import { errorCode } from "../protocol/awsJson.ts";
import type { HttpRequest } from "../protocol/http.ts";
import type { Store, Transaction } from "../store/store.ts";

/** Texts longer than this appear in the audit by their beginning. */
const LONGEST_TEXT = 200;

/** A request for a write, before anything but its operation is known to be right. */
export interface AuditedRequest<Input> {
  operation: string;
  request: HttpRequest;
  /** The input as the audit shows it. Throws what the caller is told when it makes no sense; the entry then has none. */
  readInput: () => Input;
}

/**
 * Performs a write on a store whose transaction carries the audit entry. A write opens one transaction at most, and
 * refuses nothing after it: the entry could no longer tell the truth. A refusal that cannot be audited is a fault of
 * ours, and the caller is told so instead.
 */
export async function audited<Input, Output>(
  { store, now }: { store: Store; now: () => number },
  { operation, request, readInput }: AuditedRequest<Input>,
  perform: (input: Input, store: Store) => Promise<Output>,
): Promise<Output> {
  const { caller, requestId } = request;
  const { accessKeyId, sourceAddress } = caller;
  let input: Input | undefined;
  let isTold = false;
  const tell = async (tx: Transaction, outcome: string): Promise<void> => {
    const shown = input === undefined ? undefined : shortened(input);
    const entry = { at: now(), operation, outcome, requestId, accessKeyId, sourceAddress, input: shown };
    await tx.audit.append(caller, entry);
  };
  const tellingStore: Store = {
    ...store,
    async transaction(work, about) {
      if (isTold) throw new Error(`${operation} opens a second transaction; its audit entry is in the first`);
      // Only what is durable is told: until then the store may run it again.
      const result = await store.transaction(async (tx) => {
        const done = await work(tx);
        await tell(tx, "Succeeded");
        return done;
      }, about);
      isTold = true;
      return result;
    },
  };
  try {
    input = readInput();
    const output = await perform(input, tellingStore);
    if (!isTold) await store.transaction((tx) => tell(tx, "Succeeded"));
    return output;
  } catch (error) {
    if (!isTold) await store.transaction((tx) => tell(tx, errorCode(error)));
    throw error;
  }
}

function shortened(value: unknown): unknown {
  if (typeof value === "string") {
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}… (${value.length} characters)` : value;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shortened(member)]));
}

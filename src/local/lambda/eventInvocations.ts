/**
 * Event invocations: acknowledged when they are durable, run in the background, tried twice more when the function
 * fails: after one minute and after two more. They end like that on AWS too, where no destination is configured.
 */
import type { Clock, Release } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { Documents } from "../documents.ts";
import { type FunctionStore, functionNotFound, requireVersion } from "./functionStore.ts";
import { LambdaError } from "./lambdaError.ts";
import { type FunctionId, functionArn } from "./names.ts";
import type { DataPlane } from "./operation.ts";

const KIND = "lambda.event";
const MINUTE_MS = 60_000;
/** Pauses before the second and the third attempt. */
const RETRY_AFTER_MS = [MINUTE_MS, 2 * MINUTE_MS];
/** How long AWS keeps an event that it cannot run for want of concurrency. */
const KEEP_MS = 6 * 60 * MINUTE_MS;

export interface EventCall {
  id: FunctionId;
  version: string;
  requestId: string;
  payload: Buffer;
  invokedArn: string;
  clientContext: string | undefined;
}

interface Pending extends Omit<EventCall, "payload"> {
  /** JSON text. */
  payload: string;
  /** Attempts that have ended. */
  attempts: number;
  /** When the next attempt is due. */
  due: number;
  /** When it was accepted. */
  since: number;
}

export interface EventInvocationParts {
  documents: Documents;
  store: FunctionStore;
  dataPlane: DataPlane;
  clock: Clock;
  ids: Ids;
  log: (line: string) => void;
}

export type EventInvocations = ReturnType<typeof eventInvocations>;

export function eventInvocations(parts: EventInvocationParts) {
  const { documents, clock, ids } = parts;
  const timers = new Map<string, Release>();
  let closed = false;

  const schedule = (key: string, pending: Pending) => {
    const cancel = clock.at(pending.due, () => {
      timers.delete(key);
      begin(key, pending);
    });
    timers.set(key, cancel);
  };
  /** Where it cannot be written down how an attempt ended, it counts as not made. */
  const begin = (key: string, pending: Pending) => {
    attempt(key, pending).catch((error: unknown) => {
      parts.log(`event invocation ${pending.requestId} is run again in a minute: ${String(error)}`);
      if (!closed) schedule(key, { ...pending, due: clock.now() + MINUTE_MS });
    });
  };
  const again = (key: string, pending: Pending) => {
    documents.put(KIND, key, pending);
    schedule(key, pending);
  };
  const forget = (key: string, pending: Pending, reason: string) => {
    parts.log(`event invocation ${pending.requestId} of ${functionArn(pending.id)} given up: ${reason}`);
    documents.delete(KIND, key);
  };

  /** One attempt, and what follows from its end. Rejects when that cannot be written down. */
  const attempt = async (key: string, pending: Pending): Promise<void> => {
    const release = clock.hold();
    try {
      const failure = await run(parts, pending);
      // What was under way when the server ended has not ended: it is tried again by the next one.
      if (closed) return;
      if (failure === undefined) return documents.delete(KIND, key);
      const pause = RETRY_AFTER_MS[pending.attempts];
      if (pause === undefined) return forget(key, pending, failure);
      again(key, { ...pending, attempts: pending.attempts + 1, due: clock.now() + pause });
    } catch (error) {
      if (closed) return;
      if (!(error instanceof LambdaError)) throw error;
      if (error.name === "TooManyRequestsException" && clock.now() - pending.since < KEEP_MS) {
        return again(key, { ...pending, due: clock.now() + MINUTE_MS });
      }
      forget(key, pending, error.message);
    } finally {
      release();
    }
  };

  return {
    /** Durable when it returns; the first attempt begins at once. */
    accept(call: EventCall): void {
      const now = clock.now();
      const pending: Pending = { ...call, payload: call.payload.toString("utf8"), attempts: 0, due: now, since: now };
      const key = `${call.id.accountId}/${call.id.region}/${ids.uuid()}`;
      documents.put(KIND, key, pending);
      begin(key, pending);
    },
    /** Takes up what an earlier process had accepted and not finished. */
    resume(): void {
      for (const { key, value } of documents.list<Pending>(KIND, "")) schedule(key, value);
    },
    close(): void {
      closed = true;
      for (const cancel of timers.values()) cancel();
    },
  };
}

/** Why the function failed, or undefined. */
async function run({ store, dataPlane }: EventInvocationParts, pending: Pending): Promise<string | undefined> {
  const { id } = pending;
  const found = store.find(id);
  if (!found) throw functionNotFound(id);
  const version = requireVersion(store, id, pending.version);
  const { reservedConcurrency } = found;
  const payload = Buffer.from(pending.payload);
  const outcome = await dataPlane.invoke({ ...pending, payload, version, reservedConcurrency, patient: true });
  return outcome.functionError === undefined ? undefined : outcome.payload.toString("utf8").slice(0, 500);
}

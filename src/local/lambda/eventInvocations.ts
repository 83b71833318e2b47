/**
 * Event invocations: acknowledged when they are durable, run in the background, tried twice more when the function
 * fails: after one minute and after two more. They end like that on AWS too, where no destination is configured.
 */
import type { Clock, Instant, Release } from "../../clock.ts";
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
/** How long AWS keeps an event that it cannot run for want of concurrency. Nothing is tried for longer. */
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

/** How an attempt ended. */
interface Ending {
  /** What is to be done after it; `null`: nothing. */
  owed: Pending | null;
  /** For the log, after the invocation's id. */
  told: string | null;
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

  const at = (key: string, instant: Instant, callback: () => void) => {
    const cancel = clock.at(instant, () => {
      timers.delete(key);
      callback();
    });
    timers.set(key, cancel);
  };
  const schedule = (key: string, pending: Pending) => at(key, pending.due, () => begin(key, pending));
  const begin = (key: string, pending: Pending) => {
    const release = clock.hold();
    endingOf(parts, pending)
      .then((ending) => {
        // What was under way when the server ended has not ended: it is tried again by the next one.
        if (closed) return;
        if (ending.told !== null) parts.log(`event invocation ${pending.requestId} ${ending.told}`);
        settle(key, pending, ending);
      })
      .finally(release);
  };
  /** Writes down how an attempt ended. Where that is refused it is tried again, and the function is not run for it. */
  const settle = (key: string, pending: Pending, ending: Ending) => {
    try {
      if (ending.owed) documents.put(KIND, key, ending.owed);
      else documents.delete(KIND, key);
    } catch (error) {
      const what = `how event invocation ${pending.requestId} ended`;
      if (!isKept(pending, clock)) return parts.log(`${what} is not written down any more: ${String(error)}`);
      parts.log(`${what} is written down in a minute: ${String(error)}`);
      return at(key, clock.now() + MINUTE_MS, () => settle(key, pending, ending));
    }
    if (ending.owed) schedule(key, ending.owed);
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

const isKept = ({ since }: Pending, clock: Clock): boolean => clock.now() - since < KEEP_MS;

/** Makes one attempt. Never rejects: an error of our own passes like a want of concurrency, or ends the invocation. */
async function endingOf(parts: EventInvocationParts, pending: Pending): Promise<Ending> {
  const { clock } = parts;
  const givenUp = (reason: string) => ({ owed: null, told: `of ${functionArn(pending.id)} given up: ${reason}` });
  try {
    const failure = await run(parts, pending);
    if (failure === undefined) return { owed: null, told: null };
    const pause = RETRY_AFTER_MS[pending.attempts];
    if (pause === undefined) return givenUp(failure);
    return { owed: { ...pending, attempts: pending.attempts + 1, due: clock.now() + pause }, told: null };
  } catch (error) {
    const isOurs = !(error instanceof LambdaError);
    const passes = isOurs || error.name === "TooManyRequestsException";
    if (!passes || !isKept(pending, clock)) return givenUp(isOurs ? String(error) : error.message);
    const told = isOurs ? `is run again in a minute: ${String(error)}` : null;
    return { owed: { ...pending, due: clock.now() + MINUTE_MS }, told };
  }
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

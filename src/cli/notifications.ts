/** `signalbox notifications`: what could not be delivered, what is still to be, and another try for what was given up. */
import type { Writable } from "node:stream";
import type { NotificationPage } from "../management/notifications.ts";
import type { ClientSettings } from "../settings.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";
import { request } from "./request.ts";

export interface NotificationsOptions {
  client: ClientSettings;
  /** One notification of JSON a line instead of a sentence. */
  json: boolean;
  output: Writable;
}

type Notification = NotificationPage["notifications"][number];

const PAGE = 1000;

/** Those that were given up, then those that are owed. */
export async function listNotifications(
  numbers: readonly string[],
  isAll: boolean,
  { client, json, output }: NotificationsOptions,
): Promise<void> {
  if (isAll || numbers.length > 0) throw usage("signalbox notifications list takes no numbers.");
  let found = 0;
  for (const state of ["dead", "owed"]) {
    for await (const notification of all(client, state)) {
      found += 1;
      output.write(`${json ? JSON.stringify(notification) : lineOf(notification)}\n`);
    }
  }
  if (found === 0 && !json) output.write("Everything has been delivered.\n");
}

/** Owes those with the given numbers again, or every one that was given up. */
export async function retryNotifications(
  numbers: readonly string[],
  isAll: boolean,
  { client, output }: NotificationsOptions,
): Promise<void> {
  if (isAll === numbers.length > 0) {
    throw usage("signalbox notifications retry takes the numbers of notifications, or --all.");
  }
  const wrong = numbers.find((n) => !/^[1-9][0-9]{0,14}$/.test(n));
  if (wrong !== undefined)
    throw usage(`${wrong} is not the number of a notification; signalbox notifications lists them.`);
  let retried = 0;
  for (const which of isAll ? ["retry"] : numbers.map((n) => `${n}/retry`)) {
    const answer = await request(client, `/_signalbox/notifications/${which}`, { method: "POST" });
    retried += Number(answer["retried"]);
  }
  output.write(`${retried} ${retried === 1 ? "notification is" : "notifications are"} tried again.\n`);
}

async function* all(client: ClientSettings, state: string): AsyncGenerator<Notification> {
  let after = "";
  for (;;) {
    const path = `/_signalbox/notifications?state=${state}&limit=${PAGE}${after}`;
    const { notifications } = (await request(client, path)) as unknown as NotificationPage;
    yield* notifications;
    const last = notifications.at(-1);
    if (!last || notifications.length < PAGE) return;
    after = `&after=${last.n}`;
  }
}

/** The texts come from callers and receivers: what could steer a terminal is taken out. */
function lineOf({ n, state, kind, receiver, subject, attempt, nextAt, lastError }: Notification): string {
  const stands = state === "dead" ? `given up after attempt ${attempt}` : waiting(attempt, nextAt);
  const error = lastError === null ? "" : `  ${lastError}`;
  return `${n}  ${stands}  ${kind} ${receiver}  ${subject}${error}`.replace(/\p{Cc}/gu, "?");
}

function waiting(attempt: number, nextAt: number | null): string {
  if (nextAt === null) return "waits for an earlier one";
  return `attempt ${attempt} at ${new Date(nextAt * 1000).toISOString()}`;
}

const usage = (sentence: string) => new CommandError(exitCodes.usage, sentence);

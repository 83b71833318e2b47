/** `signalbox audit`: who changed what, and what came of it. Newest first, as lines or as JSON. */
import type { Writable } from "node:stream";
import type { AuditPage } from "../management/audit.ts";
import type { ClientSettings } from "../settings.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";
import { request } from "./request.ts";

export interface AuditOptions {
  client: ClientSettings;
  limit: string;
  /** One entry of JSON a line instead of a sentence. */
  json: boolean;
  output: Writable;
}

type Entry = AuditPage["entries"][number];

export async function audit({ client, limit, json, output }: AuditOptions): Promise<void> {
  if (!/^[0-9]+$/.test(limit))
    throw new CommandError(exitCodes.usage, `--limit is ${limit}; it must be a whole number.`);
  const { entries } = (await request(client, `/_signalbox/audit?limit=${limit}`)) as unknown as AuditPage;
  for (const entry of entries) output.write(`${json ? JSON.stringify(entry) : lineOf(entry)}\n`);
}

/** The texts come from callers: what could steer a terminal is taken out. */
function lineOf({ at, operation, outcome, accessKeyId, sourceAddress, input }: Entry): string {
  const time = new Date(at * 1000).toISOString();
  const who = `${accessKeyId ?? "unsigned"} at ${sourceAddress}`;
  const what = input === undefined ? "unreadable input" : JSON.stringify(input);
  const line = `${time}  ${outcome}  ${operation}  by ${who}  ${what}`;
  return line.replace(/\p{Cc}/gu, "?");
}

/** One request of a command to a running signalbox, as the caller that the command's settings name. */
import type { ClientSettings } from "../settings.ts";
import { callerHeaders, unreachable } from "./deploymentSource.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";

const PATIENCE_MS = 10_000;

/** The JSON that is answered. A refusal is a CommandError with the server's own sentence. */
export async function request(
  client: ClientSettings,
  path: string,
  init: RequestInit = {},
): Promise<Record<string, unknown>> {
  const headers = { ...callerHeaders(client), ...(init.headers as Record<string, string> | undefined) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(client.endpoint + path, { ...init, headers, signal }).catch((error) => {
    throw unreachable(client.endpoint, error);
  });
  const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  if (response.ok && body !== null) return body;
  const sentence = String(body?.["message"] ?? `What answers at ${client.endpoint} is no signalbox`);
  throw new CommandError(exitCodes.failed, sentence.replace(/\.?$/, "."));
}

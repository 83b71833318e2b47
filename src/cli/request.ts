/** One request of a command to a running signalbox, as the caller that the command's settings name. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { json } from "node:stream/consumers";
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
  return answerOf(client, response.ok, await response.json().catch(() => null));
}

/** The same for a POST whose answer takes as long as it takes; `fetch` gives up after five minutes. */
export async function patientPost(
  client: ClientSettings,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const send = client.endpoint.startsWith("https:") ? httpsRequest : httpRequest;
  const sent = send(client.endpoint + path, { method: "POST", headers: callerHeaders(client) });
  const response = await responseTo(sent.end(JSON.stringify(body))).catch((cause: unknown) => {
    throw unreachable(client.endpoint, { cause });
  });
  const { statusCode = 0 } = response;
  return answerOf(client, statusCode >= 200 && statusCode < 300, await json(response).catch(() => null));
}

function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
  });
}

function answerOf({ endpoint }: ClientSettings, isGood: boolean, answer: unknown): Record<string, unknown> {
  const body = answer as Record<string, unknown> | null;
  if (isGood && body !== null) return body;
  const sentence = String(body?.["message"] ?? `What answers at ${endpoint} is no signalbox`);
  throw new CommandError(exitCodes.failed, sentence.replace(/\.?$/, "."));
}

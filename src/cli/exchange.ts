/**
 * One request of a command to a running signalbox, as the caller that the command's settings name, and the JSON of its
 * answer. `fetch` would give up after five minutes, and some answers take as long as they take.
 */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import type { ClientSettings } from "../settings.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";

/** Nobody answers, or somebody who is no signalbox. It may be on its way back. */
export class UnreachableError extends CommandError {
  constructor(message: string) {
    super(exitCodes.unreachable, message);
  }
}

export interface ExchangeOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** How long the whole answer may take; `null`: as long as it takes. */
  patienceMs?: number | null;
}

export interface Exchanged {
  status: number;
  /** The status is one of success. */
  isGood: boolean;
  /** `null` where it is no JSON. */
  body: unknown;
}

const PATIENCE_MS = 10_000;

/** Throws UnreachableError when nobody answers. */
export async function exchange(
  client: ClientSettings,
  path: string,
  { method = "GET", headers = {}, body, patienceMs = PATIENCE_MS }: ExchangeOptions = {},
): Promise<Exchanged> {
  const signal = patienceMs === null ? undefined : AbortSignal.timeout(patienceMs);
  try {
    const sent = { method, headers: { ...callerHeaders(client), ...headers }, signal };
    const { status, answer } = await send(client.endpoint + path, sent, body);
    return { status, isGood: status >= 200 && status < 300, body: parsed(answer) };
  } catch (error) {
    throw unreachable(client.endpoint, error, signal?.aborted === true);
  }
}

/** What a refusal ends a command with, whose own codes tell the rest; `null` where it is about no missing deployment. */
export function unknownDeployment(body: unknown): CommandError | null {
  const { __type: type, message = "" } = (body ?? {}) as { __type?: string; message?: string };
  if (type !== "DeploymentDoesNotExistException") return null;
  return new CommandError(exitCodes.unknownDeployment, sentenceOf(message));
}

/** With its full stop. */
export const sentenceOf = (message: string): string => message.replace(/\.?$/, ".");

interface Sent {
  method: string;
  headers: Record<string, string>;
  signal: AbortSignal | undefined;
}

function send(url: string, sent: Sent, body: string | undefined): Promise<{ status: number; answer: string }> {
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request(url, sent, (response) => {
      const { statusCode: status = 0 } = response;
      text(response).then((answer) => resolve({ status, answer }), reject);
    })
      .on("error", reject)
      .end(body);
  });
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return null;
  }
}

/**
 * The credential scope that names account and region, as a signed request of an SDK does. Nothing when neither is
 * known: then the server's own defaults hold. A region alone goes with a key that is no account id.
 */
function callerHeaders({ accountId, region }: ClientSettings): Record<string, string> {
  if (accountId === undefined && region === undefined) return {};
  const scope = `${accountId ?? "signalbox"}/19700101/${region ?? "us-east-1"}/codedeploy/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
}

function unreachable(endpoint: string, error: unknown, isLate: boolean): UnreachableError {
  const { code, message } = error as { code?: string; message?: string };
  const reason = isLate ? "no answer" : code || message || "no connection";
  return new UnreachableError(
    `No signalbox answers at ${endpoint} (${reason}); start one with \`signalbox serve\`, or say with --endpoint where it is.`,
  );
}

/** What the clients know: of every request whether it was acknowledged, refused, or lost with its connection. */
import { setTimeout as pause } from "node:timers/promises";
import { ACCOUNT, REGION } from "./nodes.ts";

export type Outcome = "acknowledged" | "refused" | "unknown";

export interface Request {
  operation: string;
  outcome: Outcome;
  /** By which the audit knows it; empty when it was not answered. */
  requestId: string;
  /** The error that was answered; empty when none was. */
  error: string;
  /** The deployment that it is about, where there is one. */
  deploymentId?: string | undefined;
  /** What was asked, where the operation alone does not say it. */
  verb?: string | undefined;
}

type Answer = {
  $metadata?: { requestId?: string | undefined; httpStatusCode?: number | undefined };
  deploymentId?: string | undefined;
};

export class Ledger {
  readonly requests: Request[] = [];
  /** Whatever is wrong, in one sentence each. */
  readonly contradictions: string[] = [];
  /** Deployments that were under way, on nodes that were up, for as long as an alarm of theirs was red. */
  readonly watchedRed = new Set<string>();
  /** Whether a node may answer that its database is away: then nobody knows what became of the request. */
  readonly #mayBeAway: boolean;

  constructor(mayBeAway: boolean) {
    this.#mayBeAway = mayBeAway;
  }

  contradiction(sentence: string): void {
    this.contradictions.push(sentence);
  }

  /** Makes the request once and notes what became of it. `value` is there when it was acknowledged. */
  async ask<Value extends Answer>(
    about: Pick<Request, "operation" | "deploymentId" | "verb">,
    call: () => Promise<Value>,
  ): Promise<{ outcome: Outcome; error: string; value?: Value }> {
    try {
      const value = await call();
      const requestId = value.$metadata?.requestId ?? "";
      const { deploymentId } = value;
      this.requests.push({ deploymentId, ...about, outcome: "acknowledged", requestId, error: "" });
      return { outcome: "acknowledged", error: "", value };
    } catch (thrown) {
      const { name, message, $metadata } = thrown as Error & Answer;
      const status = $metadata?.httpStatusCode;
      const isAway = this.isAway(status);
      if (!isAway && status !== undefined && status >= 500) {
        this.contradiction(`${about.operation} was answered ${status} ${name}: ${message}`);
      }
      const outcome = isAway || status === undefined ? "unknown" : "refused";
      const error = outcome === "refused" ? name : "";
      this.requests.push({ ...about, outcome, requestId: $metadata?.requestId ?? "", error });
      return { outcome, error };
    }
  }

  /** Whether a node says that its database is away; every other error of a server is a fault of ours. */
  isAway(status: number | undefined): boolean {
    return this.#mayBeAway && status === AWAY;
  }

  /** Asks again until there is an answer; for what may be asked twice. `false` when it was refused at last. */
  async insist(about: Pick<Request, "operation" | "deploymentId" | "verb">, call: () => Promise<Answer>) {
    for (;;) {
      const { outcome } = await this.ask(about, call);
      if (outcome !== "unknown") return outcome === "acknowledged";
      await pause(RETRY_MS);
    }
  }

  /** Reads until it is answered: a lost connection is tried again, a refusal is thrown, a fault of ours is noted. */
  async read<Value>(call: () => Promise<Value>): Promise<Value> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        const status = (error as Answer).$metadata?.httpStatusCode;
        if (status !== undefined && !this.isAway(status)) {
          if (status >= 500) this.contradiction(`a read was answered ${status}: ${String(error)}`);
          throw error;
        }
        if (attempt >= MOST_READS) throw error;
        await pause(RETRY_MS);
      }
    }
  }
}

/** ServiceUnavailable. */
export const AWAY = 503;

const RETRY_MS = 200;

const MOST_READS = 300;

const scope = `${ACCOUNT}/20260101/${REGION}/codedeploy/aws4_request`;
const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=0`;

/** Asks one of signalbox's own routes; fails as the official clients do, so that the ledger can tell. */
export async function askOwn<Body>(
  url: string,
  method: "GET" | "POST" = "GET",
): Promise<Body & Pick<Answer, "$metadata">> {
  const response = await fetch(url, { method, headers: { authorization } });
  const body = (await response.json()) as Body & { __type?: string; message?: string };
  const requestId = response.headers.get("x-amzn-requestid") ?? undefined;
  const $metadata = { requestId, httpStatusCode: response.status };
  if (response.ok) return { ...body, $metadata };
  const { __type = "Error", message = "" } = body;
  throw Object.assign(new Error(message), { name: __type.split("#").at(-1), $metadata });
}

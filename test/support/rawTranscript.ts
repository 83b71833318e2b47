/**
 * The transcript of `test/wire/rawBytes.txt`, and the telling of it: every exchange in its order, on one signalbox whose
 * state each leaves behind for the next.
 *
 *     # a comment
 *     CreateApplication
 *     > {"applicationName":"shop"}           the body as it is sent, byte for byte
 *     < 200 {"applicationId":"<uuid>"}       status and body as they come back
 *     ! the deployment waits for its hook    what happens between two exchanges, by its name
 *
 * What differs from run to run stands as `<its name>`: in a request what is known before, in an answer also what has the
 * right shape, such as `<time>`, which is seconds since the epoch with milliseconds. The first exchange of an operation is
 * a success, where it can succeed at all; the next is a refusal.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { addToken } from "./gitHubTokens.ts";
import { appSpec, publishTwoVersions, silentHook } from "./lambdaFixtures.ts";
import { exchangeBytes, type RawAnswer, rawRequest } from "./rawExchange.ts";
import type { RunningSignalbox } from "./signalbox.ts";

export interface Exchange {
  operation: string;
  sent: string;
  status: number;
  answered: string;
  /** What happens after it, if anything. */
  moment?: string;
}

/** Every exchange, in the order of the transcript. */
export function readTranscript(): Exchange[] {
  const lines = readFileSync(new URL("../wire/rawBytes.txt", import.meta.url), "utf8").split("\n");
  const exchanges: Exchange[] = [];
  let operation = "";
  let sent = "";
  for (const line of lines) {
    const rest = line.slice(2);
    const last = exchanges.at(-1);
    if (line === "" || line.startsWith("# ")) continue;
    else if (line.startsWith("> ")) sent = rest;
    else if (line.startsWith("< ")) {
      exchanges.push({ operation, sent, status: Number(rest.slice(0, 3)), answered: rest.slice(4) });
    } else if (line.startsWith("! ") && last) last.moment = rest;
    else operation = line;
  }
  return exchanges;
}

/** An exchange as it took place: the answer as it came, and its body as the transcript would have it. */
export interface Told extends Exchange {
  answer: RawAnswer;
  transcribed: string;
}

/** Tells the transcript, one exchange each time the next is asked for. */
export async function* tell(box: RunningSignalbox): AsyncGenerator<Told> {
  const known = new Map<string, string>();
  const versions = await publishTwoVersions(box.lambda());
  const hook = await silentHook(box, box.lambda());
  const spec = appSpec(versions, { BeforeAllowTraffic: hook.functionName });
  // The text first: the names that stand in it are part of it.
  known.set("appSpec", JSON.stringify(spec));
  known.set("function", versions.functionName);
  known.set("sha256", createHash("sha256").update(spec).digest("hex"));
  await addToken(box, "releases");
  const moments: Record<string, (answer: RawAnswer) => Promise<void>> = {
    async "the deployment waits for its hook"({ body }) {
      known.set("deployment", JSON.parse(body).deploymentId);
      await box.advance(0);
      const [invocation] = await hook.invocations();
      known.set("hookExecution", invocation?.LifecycleEventHookExecutionId ?? assert.fail("the hook was not invoked"));
    },
    "the deployment has stopped": () => box.advance(0),
  };
  for (const exchange of readTranscript()) {
    let { sent } = exchange;
    for (const [name, value] of known) sent = sent.replaceAll(`<${name}>`, value);
    const answer = await exchangeBytes(box.url, rawRequest(exchange.operation, sent));
    yield { ...exchange, answer, transcribed: transcribed(answer.body, known) };
    if (exchange.moment) await (moments[exchange.moment] ?? assert.fail(exchange.moment))(answer);
  }
}

const shapes: [name: string, pattern: RegExp][] = [
  ["uuid", /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g],
  ["time", /(?<=[:,[])\d{10}(\.\d{1,3})?(?=[,}\]])/g],
  ["deploymentId", /(?<="deploymentId":")d-[0-9A-Z]{9}(?=")/g],
  ["tail", /(?<=:instance\/rack_)[0-9A-Za-z]{10}(?=")/g],
];

function transcribed(body: string, known: Map<string, string>): string {
  let text = body;
  for (const [name, value] of known) text = text.replaceAll(value, `<${name}>`);
  for (const [name, pattern] of shapes) text = text.replaceAll(pattern, `<${name}>`);
  return text;
}

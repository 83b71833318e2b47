/**
 * Alarms judged by Prometheus's HTTP API, as its own alerting rules are: red when one series has given a result at every
 * step of the last `for`. Nothing is remembered between looks, so that a restart forgets nothing.
 */
import type { AlarmRule, AlarmRules } from "./alarmRules.ts";
import type { AlarmJudge, AlarmProblem, AlarmSight } from "./alarmSource.ts";

/** Steps into which a `for` is divided: often enough to see a gap. */
const STEPS = 10;
/** An answer larger than this comes from an expression that is no alarm. */
const MOST_ANSWER_BYTES = 4 * 2 ** 20;

/** `now` is the wall's time in milliseconds: Prometheus knows no other. */
export function prometheusAlarms({ prometheus, alarms }: AlarmRules, now: () => number): AlarmJudge {
  const rules = new Map(alarms.map((rule) => [rule.name, rule]));
  return {
    async look(_scope, names, signal) {
      const sight: AlarmSight = { states: {}, problems: {} };
      await Promise.all(
        names.map(async (name) => {
          const rule = rules.get(name);
          if (!rule) return;
          try {
            const red = await isRed(prometheus, rule, now(), signal);
            sight.states[name] = red ? "ALARM" : "OK";
          } catch (error) {
            sight.problems[name] = problemOf(rule, error);
          }
        }),
      );
      return sight;
    },
  };
}

/** One series of a result, with as many values as there were steps at which it gave one. */
interface Series {
  value?: unknown;
  values?: unknown[];
}

class PrometheusError extends Error {
  readonly passes: boolean;

  constructor(message: string, passes: boolean) {
    super(message);
    this.passes = passes;
  }
}

async function isRed(url: string, { expr, forMs }: AlarmRule, nowMs: number, signal: AbortSignal): Promise<boolean> {
  const end = Math.floor(nowMs / 1000);
  if (forMs === 0) {
    return (await query(`${url}/api/v1/query`, { query: expr, time: String(end) }, "vector", signal)).length > 0;
  }
  const stepS = Math.max(1, Math.floor(forMs / 1000 / STEPS));
  const steps = Math.floor(forMs / 1000 / stepS);
  const range = { query: expr, start: String(end - steps * stepS), end: String(end), step: String(stepS) };
  const series = await query(`${url}/api/v1/query_range`, range, "matrix", signal);
  return series.some(({ values = [] }) => values.length === steps + 1);
}

async function query(
  url: string,
  parameters: Record<string, string>,
  resultType: "vector" | "matrix",
  signal: AbortSignal,
): Promise<Series[]> {
  // The form leaves room for long expressions.
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(parameters), signal });
  const body = await answerOf(response);
  if (body.status !== "success") {
    throw new PrometheusError(
      `${body.errorType ?? response.status}: ${body.error ?? "no success"}`,
      response.status >= 500,
    );
  }
  if (body.data?.resultType !== resultType || !Array.isArray(body.data.result)) {
    throw new PrometheusError(`the result is a ${body.data?.resultType}; an alarm's must be a ${resultType}`, false);
  }
  return body.data.result as Series[];
}

interface Answer {
  status?: string;
  errorType?: string;
  error?: string;
  data?: { resultType?: string; result?: unknown };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await textOf(response);
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new PrometheusError(
      `HTTP ${response.status} without JSON`,
      response.status >= 500 || response.status === 429,
    );
  }
}

/** The whole body, or a refusal as soon as it is known to be too long: the rest is not read. */
async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) throw new PrometheusError("the answer is too long for an alarm's", false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function problemOf({ name }: AlarmRule, error: unknown): AlarmProblem {
  const reason =
    error instanceof Error
      ? [error.message, error.cause && String(error.cause)].filter(Boolean).join(": ")
      : String(error);
  const passes = error instanceof PrometheusError ? error.passes : true;
  return { kind: passes ? "unavailable" : "invalid", message: `Prometheus, alarm ${name}: ${reason}`, passes };
}

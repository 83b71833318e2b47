/**
 * Alarms that Prometheus judges instead of CloudWatch, as a file names them:
 *
 *     prometheus: http://127.0.0.1:9090
 *     alarms:
 *       - name: checkout-errors
 *         expr: sum(rate(http_requests_total{code=~"5.."}[1m])) > 0.05
 *         for: 30s
 *
 * A deployment group names the alarm as it would name any other.
 */
import { parseDocument } from "yaml";

export interface AlarmRule {
  name: string;
  /** PromQL; it is red while it gives a result. */
  expr: string;
  /** For how long it must have been red. */
  forMs: number;
}

export interface AlarmRules {
  /** Where Prometheus is, without a path of its API. */
  prometheus: string;
  alarms: AlarmRule[];
}

/** What is wrong with the file, in one sentence. */
export class AlarmRulesError extends Error {}

const LONGEST_FOR_MS = 24 * 3_600_000;

/** Reads the file's text. `name` is what it is called in complaints. */
export function parseAlarmRules(text: string, name: string): AlarmRules {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new AlarmRulesError(`${name} is no YAML: ${error.message.split("\n")[0]}`);
  const { prometheus, alarms } = (document.toJS() ?? {}) as { prometheus?: unknown; alarms?: unknown };
  if (typeof prometheus !== "string" || !URL.canParse(prometheus) || !/^https?:/.test(prometheus)) {
    throw new AlarmRulesError(`${name} must name an http or https URL as prometheus.`);
  }
  if (!Array.isArray(alarms) || alarms.length === 0) throw new AlarmRulesError(`${name} must list alarms.`);
  const rules = alarms.map((alarm, index) => ruleOf(alarm, `${name}, alarm ${index + 1}`));
  const twice = rules.find((rule, index) => rules.findIndex((other) => other.name === rule.name) !== index);
  if (twice) throw new AlarmRulesError(`${name} names the alarm ${twice.name} twice.`);
  return { prometheus: prometheus.replace(/\/+$/, ""), alarms: rules };
}

function ruleOf(alarm: unknown, where: string): AlarmRule {
  const { name, expr, for: forText = "0s", ...others } = (alarm ?? {}) as Record<string, unknown>;
  if (typeof name !== "string" || name === "" || name.length > 255) {
    throw new AlarmRulesError(`${where} needs a name of 1 to 255 characters.`);
  }
  if (typeof expr !== "string" || expr.trim() === "") throw new AlarmRulesError(`${where} (${name}) needs an expr.`);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new AlarmRulesError(`${where} (${name}) has an unknown member: ${unknown}.`);
  return { name, expr, forMs: durationMs(forText, `${where} (${name})`) };
}

function durationMs(text: unknown, where: string): number {
  const [, digits, unit = ""] = /^([0-9]{1,6})(s|m|h)$/.exec(String(text)) ?? [];
  const ms = Number(digits) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? Number.NaN);
  if (ms >= 0 && ms <= LONGEST_FOR_MS) return ms;
  throw new AlarmRulesError(`${where} is for ${String(text)}; it must be a time up to 24h, such as 30s, 5m or 1h.`);
}

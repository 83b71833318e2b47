/**
 * What a scalar is to the host agent, which reads YAML 1.1 with Ruby's Psych: `0644` is the number 420, `yes` is true,
 * `1:30` is 5400, `2026-01-01` is a date.
 */
import type { AppSpecNode } from "../appSpecDocument.ts";

export type AgentValue =
  | { kind: "nothing" }
  | { kind: "text"; value: string }
  /** `decimal` is how Ruby writes it. */
  | { kind: "number"; value: number; decimal: string }
  | { kind: "boolean"; value: boolean }
  /** The agent refuses to load those. */
  | { kind: "date"; className: "Date" | "Time"; value: string };

const BOOLEANS = /^(?:(yes|true|on)|no|false|off)$/i;
const TIME = /^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$/;
const DATE = /^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$/;
const SIXTIES = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(?:\.[0-9_]*)?$/;
const FLOAT = /^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][+-][0-9]+)?$/;
const INTEGERS: readonly [pattern: RegExp, base: number][] = [
  [/^([-+]?)0b([01_,]+)$/, 2],
  [/^([-+]?)0([0-7_,]+)$/, 8],
  [/^([-+]?)(0|[1-9](?:[,_]?[0-9])*)$/, 10],
  [/^([-+]?)0x([0-9a-fA-F_,]+)$/, 16],
];
/** Longer ones are no numbers of an AppSpec, whatever they are. */
const LONGEST_NUMBER = 100;

export function agentValue(node: AppSpecNode): AgentValue {
  if (node.kind !== "scalar") return { kind: "nothing" };
  const text = node.written;
  return node.isPlain && text.length <= LONGEST_NUMBER ? plainValue(text) : { kind: "text", value: text };
}

/** A plain scalar, in the order in which Psych tries. */
export function plainValue(text: string): AgentValue {
  if (/^(?:~|null|)$/i.test(text)) return { kind: "nothing" };
  const truth = BOOLEANS.exec(text);
  if (truth) return { kind: "boolean", value: truth[1] !== undefined };
  if (TIME.test(text)) return { kind: "date", className: "Time", value: text };
  if (DATE.test(text)) return { kind: "date", className: "Date", value: text };
  // A symbol; the agent sees its name.
  if (/^:./.test(text)) return { kind: "text", value: text.slice(1) };
  const value = numberOf(text);
  if (value === undefined) return { kind: "text", value: text };
  const isFloat = text.includes(".");
  return { kind: "number", value, decimal: isFloat && Number.isInteger(value) ? `${value}.0` : String(value) };
}

function numberOf(text: string): number | undefined {
  if (SIXTIES.test(text)) {
    // Hours, minutes and seconds, of which the last may be missing.
    const parts = text.replaceAll("_", "").split(":").map(Number);
    return parts.reduce((sum, part, index) => sum + part * 60 ** (2 - index), 0);
  }
  const special = /^(?:([-+]?)\.inf|\.nan)$/i.exec(text);
  if (special) return special[1] === undefined ? Number.NaN : special[1] === "-" ? -Infinity : Infinity;
  if (FLOAT.test(text) && !/^[-+]?\.$/.test(text)) return Number(text.replace(/[,_]/g, "").replace(/\.([eE]|$)/, "$1"));
  for (const [pattern, base] of INTEGERS) {
    const [, sign, digits = ""] = pattern.exec(text) ?? [];
    const value = Number.parseInt(digits.replace(/[,_]/g, ""), base);
    if (!Number.isNaN(value)) return sign === "-" ? -value : value;
  }
  return undefined;
}

/** As Ruby puts the value into a sentence. */
export function rubyText(value: AgentValue): string {
  switch (value.kind) {
    case "nothing":
      return "";
    case "text":
    case "date":
      return value.value;
    case "number":
      return value.decimal;
    case "boolean":
      return String(value.value);
  }
}

/** The whole number that Ruby's `to_i` makes of it; `undefined` where it has none. */
export function rubyInteger(value: AgentValue): number | undefined {
  switch (value.kind) {
    case "number":
      return Number.isFinite(value.value) ? Math.trunc(value.value) : undefined;
    case "text":
      return Number(/^\s*([-+]?[0-9](?:_?[0-9])*)/.exec(value.value)?.[1]?.replaceAll("_", "") ?? 0);
    default:
      return undefined;
  }
}

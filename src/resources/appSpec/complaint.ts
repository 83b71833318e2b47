/** What is wrong with an AppSpec, or odd, and where. */

/** An `error` makes the service or the host agent refuse it; a `warning` is legal, and not what was meant. */
export type Severity = "error" | "warning";

/** Counted from 1, as editors do. */
export interface Place {
  line: number;
  column: number;
}

export interface Complaint extends Place {
  severity: Severity;
  /** One sentence in our words, with what was found and what is allowed. */
  message: string;
  found: string;
  allowed: string;
  /** What the host agent answers, word for word, where it has words of its own. */
  agentMessage?: string;
}

/** The parts of a complaint that the one who complains knows. */
export interface Remark {
  message: string;
  found: string;
  allowed: string;
  agentMessage?: string;
}

/** A document as it was read: `undefined` where an error leaves nothing that could be deployed. */
export interface Reading<AppSpec> {
  appSpec: AppSpec | undefined;
  /** In the order in which the service or agent would come upon them. */
  complaints: readonly Complaint[];
}

/** Collects what is said while a document is read. */
export class Complaints {
  readonly all: Complaint[] = [];

  get hasErrors(): boolean {
    return this.all.some(({ severity }) => severity === "error");
  }

  add(severity: Severity, { line, column }: Place, remark: Remark): void {
    const { message, found, allowed, agentMessage } = remark;
    const told = { severity, line, column, message: shown(message, 1000), found: spoken(found), allowed };
    this.all.push(agentMessage === undefined ? told : { ...told, agentMessage: shown(agentMessage, 1000) });
  }

  reading<AppSpec>(appSpec: AppSpec | undefined): Reading<AppSpec> {
    return { appSpec: this.hasErrors ? undefined : appSpec, complaints: this.all };
  }
}

/** The AppSpec, or the first reason why there is none, with its place. */
export function appSpecOrProblem<AppSpec>({ appSpec, complaints }: Reading<AppSpec>): AppSpec | { problem: string } {
  const first = complaints.find(({ severity }) => severity === "error");
  if (first) return { problem: `${first.message} (${placeText(first)})` };
  if (appSpec === undefined) throw new Error("an AppSpec without errors was not read");
  return appSpec;
}

export function placeText({ line, column }: Place): string {
  return `line ${line}, column ${column}`;
}

/** Values are cut: a complaint about a megabyte should not be one. */
export function shown(text: string, longest = 200): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;
}

/** A key or value as it can stand in a sentence. */
export function spoken(text: string): string {
  return text === "" ? "an empty text" : shown(text);
}

/** `a, b and c`. */
export function listed(words: readonly string[], last = "and"): string {
  const [end, ...others] = [...words].reverse();
  return others.length === 0 ? (end ?? "") : `${others.reverse().join(", ")} ${last} ${end}`;
}

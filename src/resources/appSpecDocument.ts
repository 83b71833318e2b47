/**
 * An AppSpec as a document, YAML or JSON, whose every node knows its place, so that a complaint can name line and
 * column. Keys are matched without regard to case, as the published documents need it (semantics 4.1).
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";

/** The text is no YAML and no JSON. The message names line and column. */
export class AppSpecSyntaxError extends Error {}

class AppSpecProblem extends Error {}

/** One node of the document, with the name by which it is spoken of. */
export interface AppSpecNode {
  readonly name: string;
  /** A member that must be there. */
  member(key: string): AppSpecNode;
  optional(key: string): AppSpecNode | undefined;
  /** The name and the value of the single member of a map. */
  onlyMember(what: string): [string, AppSpecNode];
  items(): AppSpecNode[];
  /** The text of a scalar as it was written; empty for null. */
  scalar(): string;
  /** An error that names the place of this node. */
  problem(message: string): Error;
}

export class AppSpecDocument {
  /** What the readers of a document throw: parsable, and wrong. */
  static readonly Problem = AppSpecProblem;
  readonly root: AppSpecNode;

  /** Throws AppSpecSyntaxError when `text` is no document. */
  constructor(text: string) {
    const lines = new LineCounter();
    // The real agents read YAML 1.1; aliases are bounded so that a small text cannot grow into a huge document.
    const document = parseDocument(text, { version: "1.1", lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    const [error] = document.errors;
    if (error) throw new AppSpecSyntaxError(`${error.message} (${place(lines, error.pos[0])})`);
    this.root = nodeOf(document.contents, "the AppSpec", 0, lines);
  }
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

function nodeOf(node: Node | null, name: string, offset: number, lines: LineCounter): AppSpecNode {
  const start = node?.range?.[0] ?? offset;
  const problem = (message: string) => new AppSpecProblem(`${message} (${place(lines, start)})`);
  const map = (): YAMLMap => {
    if (!isMap(node)) throw problem(`${name} must be a map`);
    return node;
  };
  const find = (key: string) => {
    const wanted = key.toLowerCase();
    return map().items.find((pair) => keyOf(pair).toLowerCase() === wanted);
  };
  const child = (pair: Pair) => nodeOf(pair.value as Node | null, keyOf(pair), keyOffset(pair) ?? start, lines);
  return {
    name,
    problem,
    optional(key) {
      const pair = find(key);
      return pair?.value == null || (isScalar(pair.value) && pair.value.value === null) ? undefined : child(pair);
    },
    member(key) {
      const pair = find(key);
      if (!pair) throw problem(`${name} has no ${key}`);
      return child(pair);
    },
    onlyMember(what) {
      const [pair, ...others] = map().items;
      if (!pair || others.length > 0) throw problem(`${what} must be a map with one member, its name`);
      return [keyOf(pair), child(pair)];
    },
    items() {
      if (!isSeq(node)) throw problem(`${name} must be a list`);
      return node.items.map((item, index) => nodeOf(item as Node | null, `${name}[${index}]`, start, lines));
    },
    scalar() {
      if (node === null) return "";
      if (!isScalar(node)) throw problem(`${name} must be a single value`);
      if (node.value === null) return "";
      return node.source ?? String(node.value);
    },
  };
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : "";
}

function keyOffset(pair: Pair): number | undefined {
  return (pair.key as Node | null)?.range?.[0];
}

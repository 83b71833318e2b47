/**
 * An AppSpec as a document, YAML or JSON, whose every node knows its place, so that a complaint can name line and
 * column. Complaints are collected, not thrown: a reader goes on with what it can still read.
 */
import { isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import { type Complaints, listed, type Place, placeText, type Remark, spoken } from "./appSpec/complaint.ts";
import { keyOffset, keyText, YamlText } from "./appSpec/yamlText.ts";

/** The text is no YAML and no JSON. The message names line and column. */
export class AppSpecSyntaxError extends Error {}

/** What `read` makes of a text, or why it is none. */
export function orSyntaxError<Read>(read: () => Read): Read | AppSpecSyntaxError {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppSpecSyntaxError) return error;
    throw error;
  }
}

/** How a platform reads its documents. */
export interface ReadingRules {
  complaints: Complaints;
  /** The service matches keys without regard to case, as its published documents need it (semantics 4.1); the agent does not. */
  keys: "anyCase" | "exact";
}

export class AppSpecDocument {
  readonly text: YamlText;

  /** Throws AppSpecSyntaxError when `text` is no document. */
  constructor(text: string | YamlText) {
    this.text = typeof text === "string" ? new YamlText(text) : text;
    const trouble = typeof text === "string" && this.text.troubles.find(({ kind }) => kind !== "meaningless");
    if (trouble) throw new AppSpecSyntaxError(`${trouble.message} (${placeText(trouble)})`);
  }

  root(rules: ReadingRules): AppSpecNode {
    return new AppSpecNode(this.text.root, "the AppSpec", 0, { ...rules, text: this.text });
  }
}

/** What a node needs to know beside itself. */
interface Source extends ReadingRules {
  text: YamlText;
}

const FOUND = { map: "a map", list: "a list", nothing: "nothing" } as const;

/** A node of the document; what it is asked for and does not have becomes a complaint. */
export class AppSpecNode {
  /** How it is spoken of: its key, or its list and position. */
  readonly name: string;
  readonly place: Place;
  /** The alias that stands in its place, where one does. */
  readonly alias: string | undefined;
  readonly #start: number;
  /** Where the key begins, of a member of a map. */
  readonly #key: number;
  readonly #node: Node | null;
  readonly #source: Source;

  constructor(found: Node | null, name: string, offset: number, source: Source) {
    this.name = name;
    this.#source = source;
    this.#key = offset;
    this.#start = found?.range?.[0] ?? offset;
    this.place = source.text.placeOf(this.#start);
    const { node, alias } = source.text.follow(found);
    this.#node = node;
    this.alias = alias;
  }

  get kind(): "map" | "list" | "scalar" | "nothing" {
    const node = this.#node;
    if (isMap(node)) return "map";
    if (isSeq(node)) return "list";
    return isScalar(node) && node.value !== null ? "scalar" : "nothing";
  }

  /** A scalar without quotes, block marks or tag, whose meaning depends on how it looks. */
  get isPlain(): boolean {
    return isScalar(this.#node) && this.#node.type === "PLAIN" && this.#node.tag === undefined;
  }

  /** The text of a scalar as it was written; empty for everything else. */
  get written(): string {
    const node = this.#node;
    if (!isScalar(node) || node.value === null) return "";
    return node.source ?? String(node.value);
  }

  /** What is there, for a complaint: a value, or its kind. */
  get found(): string {
    return this.kind === "scalar" ? spoken(this.written) : FOUND[this.kind];
  }

  error(remark: Remark): undefined {
    this.#source.complaints.add("error", this.place, remark);
  }

  warning(remark: Remark): void {
    this.#source.complaints.add("warning", this.place, remark);
  }

  /** About what a member of a map is called, not about its value. */
  complainOfKey(severity: "error" | "warning", remark: Remark): void {
    this.#source.complaints.add(severity, this.#source.text.placeOf(this.#key), remark);
  }

  /** A member that must be there; of several with its name the last. */
  required(key: string, allowed: string): AppSpecNode | undefined {
    if (!this.isMap()) return undefined;
    const found = this.member(key);
    return found ?? this.error({ message: `${this.name} has no ${key}`, found: "nothing", allowed });
  }

  /** A member, if this is a map that has it and it is more than its name. */
  optional(key: string): AppSpecNode | undefined {
    const found = this.member(key);
    return found?.kind === "nothing" && found.alias === undefined ? undefined : found;
  }

  /** A member, also one that has no value. */
  member(key: string): AppSpecNode | undefined {
    const pairs = this.#pairs().filter((pair) => this.#sameKey(keyText(pair), key));
    const last = pairs.at(-1);
    const exact = last && keyText(last);
    if (last && pairs.some((pair) => keyText(pair) !== exact)) {
      const place = this.#source.text.placeOf(keyOffset(last) ?? this.#start);
      const message = `${this.name} has ${key} twice`;
      this.#source.complaints.add("error", place, { message, found: keyText(last), allowed: `${key} once` });
    }
    return last && this.#child(last);
  }

  /** Every member with its key, in the order of the text. */
  members(): [key: string, value: AppSpecNode][] {
    return this.#pairs().map((pair) => [keyText(pair), this.#child(pair)]);
  }

  /** The name and the value of the single member of a map. */
  onlyMember(what: string): [key: string, value: AppSpecNode] | undefined {
    if (!this.isMap()) return undefined;
    const [member, ...others] = this.members();
    if (member && others.length === 0) return member;
    const message = `${what} must be a map with one member, its name`;
    return this.error({ message, found: `${this.#pairs().length} members`, allowed: "one member" });
  }

  isMap(): boolean {
    if (this.kind === "map") return true;
    this.#mustBe("a map");
    return false;
  }

  items(): AppSpecNode[] | undefined {
    const node = this.#node;
    if (!isSeq(node)) return this.#mustBe("a list");
    return node.items.map(
      (item, index) => new AppSpecNode(item as Node | null, `${this.name}[${index}]`, this.#start, this.#source),
    );
  }

  /** The text of a scalar as it was written; empty for null. */
  scalar(): string | undefined {
    const aliasOfNothing = this.alias !== undefined && this.#node === null;
    const several = this.kind === "map" || this.kind === "list";
    return aliasOfNothing || several ? this.#mustBe("a single value") : this.written;
  }

  /** A text with something in it. */
  filled(allowed: string): string | undefined {
    const value = this.scalar();
    return value === "" ? this.error({ message: `${this.name} is empty`, found: this.found, allowed }) : value;
  }

  /** Members that nobody reads are legal; most are misspelt. */
  warnOfUnknown(known: readonly string[], hints: Readonly<Record<string, string>> = {}): void {
    for (const pair of this.#pairs()) {
      const key = keyText(pair);
      if (known.some((candidate) => this.#sameKey(key, candidate))) continue;
      const meant = known.find((candidate) => bare(candidate) === bare(key));
      const hint = hints[key] ?? (meant === undefined ? `known are ${listed(known)}` : `did you mean ${meant}?`);
      const place = this.#source.text.placeOf(keyOffset(pair) ?? this.#start);
      const message = `${spoken(key)} is not known in ${this.name} and is ignored; ${hint}`;
      this.#source.complaints.add("warning", place, { message, found: key, allowed: listed(known, "or") });
    }
  }

  #mustBe(allowed: string): undefined {
    const what =
      this.alias !== undefined && this.#node === null
        ? `${this.name} is the alias *${this.alias}, which stands for nothing`
        : `${this.name} must be ${allowed}`;
    return this.error({ message: what, found: this.found, allowed });
  }

  #pairs(): Pair[] {
    return isMap(this.#node) ? (this.#node.items as Pair[]) : [];
  }

  #sameKey(one: string, other: string): boolean {
    return this.#source.keys === "exact" ? one === other : one.toLowerCase() === other.toLowerCase();
  }

  #child(pair: Pair): AppSpecNode {
    const offset = keyOffset(pair) ?? this.#start;
    return new AppSpecNode(pair.value as Node | null, spoken(keyText(pair)), offset, this.#source);
  }
}

/** A word without what people get wrong about it. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[\s_-]/g, "");
}

/** YAML 1.1 or JSON text, parsed in time linear to its size, with the place of everything in it. */
import {
  Composer,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { Place } from "./complaint.ts";

/** What is wrong with the text itself; not every reader minds every kind. */
export interface TextTrouble extends Place {
  kind: "syntax" | "duplicateKey" | "severalDocuments" | "meaningless";
  message: string;
  found: string;
}

/** A node after its aliases, if any, were followed. */
export interface FollowedNode {
  node: Node | null;
  /** The name of the alias that stands in its place. */
  alias?: string;
}

const MOST_TROUBLES = 100;
/** Of the text at a trouble. */
const LONGEST_PIECE = 40;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those that YAML and JSON forbid in a text
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

export class YamlText {
  readonly root: Node | null;
  /** In the order of their places. */
  readonly troubles: readonly TextTrouble[];
  readonly aliases: { name: string; place: Place }[] = [];
  /** Every scalar without quotes, keys among them. */
  readonly plainScalars: Scalar[] = [];
  readonly #lines = new LineCounter();
  readonly #length: number;
  readonly #targets = new Map<Node, Node>();
  #another: TextTrouble | undefined;

  constructor(given: string) {
    // Editors do not count a byte order mark.
    const text = given.replace(/^\ufeff/, "");
    this.#length = text.length;
    const document = this.#parse(text);
    this.root = document?.contents ?? null;
    const { errors = [], warnings = [] } = document ?? {};
    const found = [
      ...errors.slice(0, MOST_TROUBLES).map((error) => this.#trouble("syntax", error, text)),
      // The parser warns of tags and directives that it does not know.
      ...warnings.slice(0, MOST_TROUBLES).map((warning) => this.#trouble("meaningless", warning, text)),
    ];
    const forbidden = FORBIDDEN.exec(text);
    if (forbidden) {
      const code = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
      const message = `control characters are not allowed, and U+${code} is one`;
      found.push({ ...this.placeOf(forbidden.index), kind: "syntax", message, found: `U+${code}` });
    }
    found.push(...this.#walk());
    this.troubles = found.sort((one, other) => one.line - other.line || one.column - other.column);
  }

  placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(Math.max(0, Math.min(offset, this.#length)));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** What an alias stands for, where it stands for something. */
  follow(node: Node | null): FollowedNode {
    if (!isAlias(node)) return { node };
    return { node: this.#targets.get(node) ?? null, alias: node.source };
  }

  /** As `parseDocument` does it, but text that is all errors ends the work early. */
  #parse(text: string): Document | undefined {
    const parser = new Parser(this.#lines.addNewLine);
    function* tokens() {
      let broken = 0;
      for (const token of parser.parse(text)) {
        yield token;
        if (token.type === "error") broken += 1;
        if (broken === MOST_TROUBLES) return;
      }
    }
    // Unique keys are looked for below: the parser compares each with each, which a large map turns into minutes.
    const composer = new Composer({ version: "1.1", uniqueKeys: false, prettyErrors: false });
    let first: Document | undefined;
    for (const document of composer.compose(tokens(), true, text.length)) {
      if (first) {
        const place = this.placeOf(document.range[0]);
        this.#another = {
          ...place,
          kind: "severalDocuments",
          message: "it holds more than one document",
          found: "---",
        };
        break;
      }
      first = document;
    }
    return first;
  }

  /** In the parser's words, but where it says something about itself. */
  #trouble(kind: TextTrouble["kind"], { code, message, pos }: YAMLError, text: string): TextTrouble {
    const told = code === "RESOURCE_EXHAUSTION" ? "it is nested too deeply" : message;
    const [piece = ""] = text.slice(pos[0], pos[0] + LONGEST_PIECE).split(/[\r\n]/);
    const found = piece.trim() || (pos[0] >= text.trimEnd().length ? "the end of the text" : "white space");
    return { ...this.placeOf(pos[0]), kind, message: told, found };
  }

  /** Every node once, in the order of the text: finds keys given twice, and what each alias stands for. */
  #walk(): TextTrouble[] {
    const found: TextTrouble[] = this.#another ? [this.#another] : [];
    const anchors = new Map<string, Node>();
    const waiting: unknown[] = [this.root];
    while (waiting.length > 0) {
      const next = waiting.pop();
      if (isPair(next)) waiting.push(next.value, next.key);
      else if (isNode(next)) {
        this.#meet(next, anchors);
        if (isMap(next)) found.push(...this.#duplicates(next));
        for (const item of isCollection(next) ? next.items.toReversed() : []) waiting.push(item);
      }
    }
    return found;
  }

  #meet(node: Node, anchors: Map<string, Node>): void {
    if (isAlias(node)) {
      this.aliases.push({ name: node.source, place: this.placeOf(node.range?.[0] ?? 0) });
      const target = anchors.get(node.source);
      if (target) this.#targets.set(node, target);
    } else if (node.anchor) anchors.set(node.anchor, node);
    if (isScalar(node) && node.type === "PLAIN") this.plainScalars.push(node);
  }

  #duplicates(map: YAMLMap): TextTrouble[] {
    const seen = new Set<string>();
    const again: TextTrouble[] = [];
    for (const pair of map.items) {
      const key = keyText(pair);
      if (!isScalar(pair.key) || key === "<<") continue;
      const identity = `${typeof pair.key.value} ${String(pair.key.value)}`;
      if (seen.has(identity)) {
        const place = this.placeOf(keyOffset(pair) ?? 0);
        again.push({ ...place, kind: "duplicateKey", message: "Map keys must be unique", found: key });
      }
      seen.add(identity);
    }
    return again;
  }
}

/** A key as it was written. */
export function keyText(pair: Pair): string {
  return isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : "";
}

export function keyOffset(pair: Pair): number | undefined {
  return (pair.key as Node | null)?.range?.[0];
}

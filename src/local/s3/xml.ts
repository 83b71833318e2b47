/** As much of XML as S3 needs: documents out, and the few small ones that requests carry in. */
import { S3Error } from "./s3Error.ts";

/** One element: its name and its text, or what is in it; `undefined` leaves it out. */
export type XmlMember = readonly [name: string, content: string | number | boolean | readonly XmlMember[] | undefined];

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
/** Requests carry at most a thousand short elements. */
const DEEPEST = 10;

export function xmlDocument(root: string, members: readonly XmlMember[], namespace: string | null = NAMESPACE): string {
  const attribute = namespace === null ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${members.map(render).join("")}</${root}>`;
}

function render([name, content]: XmlMember): string {
  if (content === undefined) return "";
  return `<${name}>${typeof content === "object" ? content.map(render).join("") : escaped(String(content))}</${name}>`;
}

/** Control characters cannot stand in XML as they are; AWS sends references to them, too. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may contain them
  return text.replace(/[&<>"\u0000-\u001f]/g, (found) => `&#${found.charCodeAt(0)};`);
}

export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

/** The root element of a request's document. Throws MalformedXML; knows neither DTDs nor entities of one's own. */
export function parseXml(text: string): XmlElement {
  const top: XmlElement = { name: "", text: "", children: [] };
  const open = [top];
  const token = /<\?[^>]*\?>|<(\/?)([A-Za-z_][\w:.-]*)(?:\s[^<>]*?)?(\/?)>|([^<]+)/gy;
  let position = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    position = token.lastIndex;
    const [, closes, name, closesItself, characters] = match;
    const current = open.at(-1);
    if (!current) throw malformed();
    if (characters !== undefined) current.text += unescaped(characters);
    else if (closes) {
      if (open.length < 2 || current.name !== name) throw malformed();
      open.pop();
    } else if (name !== undefined) {
      const element = { name, text: "", children: [] };
      current.children.push(element);
      if (!closesItself) open.push(element);
      if (open.length > DEEPEST) throw malformed();
    }
  }
  const [root, second] = top.children;
  if (position !== text.length || open.length !== 1 || !root || second || top.text.trim() !== "") throw malformed();
  return root;
}

export const childText = (element: XmlElement, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text;

function unescaped(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-z]+);|&/g, (_, reference: string | undefined) => {
    const known = reference && ENTITIES[reference];
    if (known) return known;
    if (!reference?.startsWith("#")) throw malformed();
    const point = reference[1] === "x" ? Number.parseInt(reference.slice(2), 16) : Number(reference.slice(1));
    if (point > 0x10ffff) throw malformed();
    return String.fromCodePoint(point);
  });
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const malformed = () => new S3Error("MalformedXML");

/**
 * The AWS Query protocol: a form with `Action`, `Version` and members such as `Tags.member.1.Key`, answered in XML. It
 * is served from `POST /` and, for links that people open, from `GET /?Action=…`. Knows no service.
 */
import type { HttpRequest, HttpResponse } from "./http.ts";

/** Members by name; without a prototype, so that a member may have any name. */
export interface QueryMembers {
  [name: string]: QueryValue;
}
/** A list is an array, a structure or a map is members; a scalar is still a text. An empty list arrives as "". */
export type QueryValue = string | QueryValue[] | QueryMembers;

export interface QueryCall {
  action: string;
  /** The version of the API, a date; empty when it was not sent. */
  version: string;
  /** Everything but Action and Version. */
  input: QueryMembers;
}

/** What an operation answers: structures as objects, lists as arrays, maps as Maps, instants as Dates. */
export type XmlValue =
  | string
  | number
  | boolean
  | Date
  | readonly XmlValue[]
  | ReadonlyMap<string, XmlValue>
  | { readonly [name: string]: XmlValue | undefined };

/** An error as the caller sees it. From 500 on it is told as the receiver's fault, below as the sender's. */
export class QueryError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface QueryService {
  /** For example `http://sns.amazonaws.com/doc/2010-03-31/`. */
  namespace: string;
  /** The version of the API, as in `Version`. */
  version: string;
  /** Answers one action: the members of its result, or nothing for an action without one. Errors are QueryErrors. */
  perform(call: QueryCall, request: HttpRequest): Promise<XmlMembers | undefined> | XmlMembers | undefined;
  /** Told of every error that is our own fault. */
  reportFault(call: QueryCall | undefined, error: unknown): void;
}

export type XmlMembers = Readonly<Record<string, XmlValue | undefined>>;

const MOST_PARAMETERS = 50_000;
const DEEPEST = 12;
const LARGEST_INDEX = 100_000;
const CONTENT_TYPE = "text/xml";

/** Serves one service: read → perform → XML. The handler never throws. */
export function awsQueryHandler(service: QueryService): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    let call: QueryCall | undefined;
    try {
      call = readQuery(request);
      if (call.version !== "" && call.version !== service.version) {
        throw new QueryError(400, "NoSuchVersion", `No version ${call.version} is here, only ${service.version}`);
      }
      return queryAnswer(service.namespace, call.action, await service.perform(call, request), request.requestId);
    } catch (error) {
      if (error instanceof QueryError) return queryErrorAnswer(service.namespace, error, request.requestId);
      service.reportFault(call, error);
      const fault = new QueryError(500, "InternalFailure", "The request failed because of a fault on our side.");
      return queryErrorAnswer(service.namespace, fault, request.requestId);
    }
  };
}

/** Whether the body is a form, as every Query request's is. */
export function isForm(request: HttpRequest): boolean {
  const sent = request.headers["content-type"];
  return typeof sent === "string" && /^application\/x-www-form-urlencoded\s*(;|$)/i.test(sent);
}

/** The version that a Query request names in its form or its query, without reading the rest; "" where it names none. */
export function queryVersion(request: HttpRequest): string {
  if (request.method !== "POST") return request.query.get("Version") ?? "";
  if (!isForm(request)) return "";
  return /(?:^|&)Version=([0-9-]{10})(?:&|$)/.exec(request.body.toString("latin1"))?.[1] ?? "";
}

/** Reads the form of a POST, or the query of a GET. Throws QueryError for what is no Query request. */
export function readQuery(request: HttpRequest): QueryCall {
  const parameters = request.method === "POST" ? new URLSearchParams(request.body.toString("utf8")) : request.query;
  if (parameters.size > MOST_PARAMETERS) throw malformed(`More than ${MOST_PARAMETERS} parameters`);
  const tree: Tree = new Map();
  for (const [key, value] of parameters) plant(tree, key, value);
  const { Action: action, Version: version = "", ...others } = membersOf(tree);
  if (typeof action !== "string" || action === "") {
    throw new QueryError(400, "MissingAction", "The request must contain the parameter Action.");
  }
  if (typeof version !== "string") throw malformed("Version is not a text");
  return { action, version, input: Object.assign(Object.create(null), others) };
}

/** What the dotted keys say, before it is known what is a list and what a map. */
type Tree = Map<string, string | Tree>;

function plant(tree: Tree, key: string, value: string): void {
  const steps = key.split(".");
  const last = steps.pop() ?? "";
  if (steps.length >= DEEPEST) throw malformed(`A key is nested more than ${DEEPEST} deep`);
  if (last === "" || steps.includes("")) throw malformed(`'${shown(key)}' is no key`);
  let place = tree;
  for (const step of steps) {
    const found = place.get(step) ?? new Map<string, string | Tree>();
    if (typeof found === "string") throw malformed(`'${shown(key)}' is given beside a value that contains it`);
    place.set(step, found);
    place = found;
  }
  if (place.has(last)) throw malformed(`'${shown(key)}' is given twice`);
  place.set(last, value);
}

function membersOf(tree: Tree): QueryMembers {
  const members: QueryMembers = Object.create(null);
  for (const [name, value] of tree) members[name] = typeof value === "string" ? value : readTree(value);
  return members;
}

/** `member.N` makes a list, `entry.N` a map; anything else is a structure. */
function readTree(tree: Tree): QueryValue {
  const [first] = tree;
  if (tree.size !== 1 || !first || typeof first[1] === "string") return membersOf(tree);
  const [name, items] = first;
  if (name === "member") return inOrder(items).map((item) => (typeof item === "string" ? item : readTree(item)));
  if (name === "entry") return mapOf(inOrder(items));
  return membersOf(tree);
}

/** By number, which begins at 1. Numbers left out leave no gap. */
function inOrder(items: Tree): (string | Tree)[] {
  const numbered = [...items].map(([index, item]) => {
    const number = /^[1-9][0-9]{0,5}$/.test(index) ? Number(index) : Number.NaN;
    if (!(number <= LARGEST_INDEX))
      throw malformed(`'${shown(index)}' is no index; they go from 1 to ${LARGEST_INDEX}`);
    return { number, item };
  });
  return numbered.sort((one, other) => one.number - other.number).map(({ item }) => item);
}

/** Entries are written as `key` and `value`, and by SNS's message attributes as `Name` and `Value`. */
function mapOf(entries: (string | Tree)[]): QueryMembers {
  const members: QueryMembers = Object.create(null);
  for (const entry of entries) {
    if (typeof entry === "string") throw malformed("A map's entry has no key");
    const key = entry.get("key") ?? entry.get("Name");
    const value = entry.get("value") ?? entry.get("Value") ?? "";
    if (typeof key !== "string") throw malformed("A map's entry has no key");
    if (key in members) throw malformed(`A map has the key '${shown(key)}' twice`);
    members[key] = typeof value === "string" ? value : readTree(value);
  }
  return members;
}

const malformed = (message: string) => new QueryError(400, "MalformedQueryString", message);
const wrongType = (name: string, wanted: string) => new QueryError(400, "MalformedInput", `${name} must be ${wanted}`);
const shown = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** Whether the text is a number as Query writes it: digits with a fraction and an exponent, and nothing else. */
export const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);

/** A text member, or undefined; MalformedInput when it is something else. The other readers are alike. */
export function queryText(members: QueryMembers, name: string): string | undefined {
  const value = members[name];
  if (value !== undefined && typeof value !== "string") throw wrongType(name, "a text");
  return value;
}

export function queryBoolean(members: QueryMembers, name: string): boolean | undefined {
  const text = queryText(members, name);
  if (text === undefined || text === "") return undefined;
  if (!/^(true|false)$/i.test(text)) throw wrongType(name, "true or false");
  return text.toLowerCase() === "true";
}

export function queryTexts(members: QueryMembers, name: string): string[] | undefined {
  return queryList(members, name)?.map((item) => {
    if (typeof item !== "string") throw wrongType(name, "a list of texts");
    return item;
  });
}

export function queryStructures(members: QueryMembers, name: string): QueryMembers[] | undefined {
  return queryList(members, name)?.map((item) => {
    if (typeof item === "string" || Array.isArray(item)) throw wrongType(name, "a list of structures");
    return item;
  });
}

/** A structure, or a map by its keys. */
export function queryMembers(members: QueryMembers, name: string): QueryMembers | undefined {
  const value = members[name];
  if (value === undefined || value === "") return undefined;
  if (typeof value === "string" || Array.isArray(value)) throw wrongType(name, "a structure or a map");
  return value;
}

function queryList(members: QueryMembers, name: string): QueryValue[] | undefined {
  const value = members[name];
  if (value === "") return [];
  if (value !== undefined && !Array.isArray(value)) throw wrongType(name, "a list");
  return value;
}

/** `<ActionResponse>` around `<ActionResult>`, which an action without a result (`undefined`) leaves out. */
export function queryAnswer(
  namespace: string,
  action: string,
  result: XmlMembers | undefined,
  requestId: string,
): HttpResponse {
  const answer = result ? element(`${action}Result`, result) : "";
  const metadata = element("ResponseMetadata", { RequestId: requestId });
  return xml(200, `<${action}Response xmlns="${escaped(namespace)}">${answer}${metadata}</${action}Response>`);
}

/** The error in Query's XML, with its HTTP status. */
export function queryErrorAnswer(namespace: string, error: QueryError, requestId: string): HttpResponse {
  const { status, code: Code, message: Message } = error;
  const told = element("Error", { Type: status < 500 ? "Sender" : "Receiver", Code, Message });
  const id = element("RequestId", requestId);
  return xml(status, `<ErrorResponse xmlns="${escaped(namespace)}">${told}${id}</ErrorResponse>`);
}

const xml = (status: number, body: string): HttpResponse => ({
  status,
  headers: { "content-type": CONTENT_TYPE },
  body,
});

function element(name: string, value: XmlValue): string {
  if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) throw new Error(`'${name}' cannot name an XML element`);
  const content = contentOf(value);
  return content === "" ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function contentOf(value: XmlValue): string {
  if (typeof value === "string") return escaped(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item: XmlValue) => element("member", item)).join("");
  if (value instanceof Map) {
    return [...value].map(([key, item]: [string, XmlValue]) => element("entry", { key, value: item })).join("");
  }
  return Object.entries(value as XmlMembers)
    .map(([name, item]) => (item === undefined ? "" : element(name, item)))
    .join("");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;" };
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * The text as XML content. XML 1.0 has no way to write most control characters, not even as references: they become
 * U+FFFD, as do halves of surrogate pairs. A carriage return is written as a reference, or parsers would drop it.
 */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_XML, "\ufffd")
    .replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}

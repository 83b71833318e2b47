/** AppSpecs as programs write them, in JSON with nothing unusual about it: read without a parser that knows places. */
import type { Hooks } from "./deployedResource.ts";

/** Printable ASCII without escapes means the same to JSON and to YAML. */
const PLAIN = /^\{[ !#-[\]-~"]*\}$/;
const RESOURCE = /^[A-Za-z][A-Za-z0-9_-]{0,100}$/;

/** What a platform deploys to, and how it reads plain properties: `null` where anything about them is unusual. */
export interface PlainRules<Hook extends string, Resource> {
  type: string;
  hooks: readonly Hook[];
  readPlain(properties: Json): Resource | null;
}

export type Json = Record<string, unknown>;

/** `null` for every text that is not plain, or has anything wrong with it: the document's reader says what. */
export function plainResource<Hook extends string, Resource extends object>(
  text: string,
  rules: PlainRules<Hook, Resource>,
): (Resource & { hooks: Hooks<Hook> }) | null {
  const document = PLAIN.test(text) ? parsed(text) : null;
  const { version, Resources, Hooks = [], ...unknown } = document ?? {};
  if (version !== 0 && version !== "0.0") return null;
  if (hasMembers(unknown) || !Array.isArray(Resources)) return null;
  const [name = "", ...others] = Resources.length === 1 ? Object.keys(Resources[0] ?? {}) : [];
  const resource = RESOURCE.test(name) && others.length === 0 ? resourceOf(Resources[0][name], rules) : null;
  const hooks = Array.isArray(Hooks) ? hooksOf(Hooks, rules) : null;
  return resource && hooks && { ...resource, hooks };
}

/** `null` unless it is written as it would be written again: no member is there twice, and no number in an unusual way. */
function parsed(text: string): Json | null {
  try {
    const document: Json = JSON.parse(text);
    return JSON.stringify(document) === text ? document : null;
  } catch {
    return null;
  }
}

function resourceOf<Resource>(resource: unknown, { type, readPlain }: PlainRules<string, Resource>): Resource | null {
  if (!isMap(resource)) return null;
  const { Type, Properties, ...unknown } = resource;
  return Type === type && isMap(Properties) && !hasMembers(unknown) ? readPlain(Properties) : null;
}

function hooksOf<Hook extends string>(
  items: readonly unknown[],
  { hooks }: PlainRules<Hook, unknown>,
): Hooks<Hook> | null {
  const read: Hooks<Hook> = {};
  for (const item of items) {
    const [[name, value] = [], ...others] = isMap(item) ? Object.entries(item) : [];
    const hook = hooks.find((candidate) => candidate === name);
    if (others.length > 0 || !hook || read[hook] !== undefined || !isFilled(value)) return null;
    read[hook] = value;
  }
  return read;
}

export const isMap = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isFilled = (value: unknown): value is string => typeof value === "string" && value !== "";
export const hasMembers = (map: Json): boolean => Object.keys(map).length > 0;

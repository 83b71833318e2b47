/** Reads the members of a JSON request body; a member of the wrong type is the client's error, absent and null are the same. */
import { constraintError, LambdaError } from "./lambdaError.ts";

export type Members = Record<string, unknown>;

/** The body as an object. An empty body has no members. */
export function parseMembers(body: Buffer): Members {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new LambdaError("InvalidRequestContentException", "Could not parse request body into json.");
  }
  if (!isMembers(value)) throw wrongType("an object");
  return value;
}

export function readString(members: Members, name: string): string | undefined {
  const value = present(members, name);
  if (value !== undefined && typeof value !== "string") throw wrongType("a string", name);
  return value;
}

export function requireString(members: Members, name: string): string {
  const value = readString(members, name);
  if (value === undefined) throw constraintError("null", firstSmall(name), "Member must not be null");
  return value;
}

export function readBoolean(members: Members, name: string): boolean | undefined {
  const value = present(members, name);
  if (value !== undefined && typeof value !== "boolean") throw wrongType("a boolean", name);
  return value;
}

/** A whole number within the bounds. */
export function readInteger(members: Members, name: string, least: number, most: number): number | undefined {
  const value = present(members, name);
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType("an integer", name);
  const where = firstSmall(name);
  if (value < least)
    throw constraintError(`${value}`, where, `Member must have value greater than or equal to ${least}`);
  if (value > most) throw constraintError(`${value}`, where, `Member must have value less than or equal to ${most}`);
  return value;
}

export function readMembers(members: Members, name: string): Members | undefined {
  const value = present(members, name);
  if (value !== undefined && !isMembers(value)) throw wrongType("an object", name);
  return value;
}

export function readStringMap(members: Members, name: string): Record<string, string> | undefined {
  const value = readMembers(members, name);
  if (!value) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (typeof item !== "string") throw wrongType("a map of strings", name);
      return [key, item];
    }),
  );
}

export function readStringList(members: Members, name: string): string[] | undefined {
  const value = present(members, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw wrongType("a list", name);
  return value.map((item: unknown) => {
    if (typeof item !== "string") throw wrongType("a list of strings", name);
    return item;
  });
}

/** `FunctionName` as constraint messages write it. */
export const firstSmall = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** True for a member that says something: not absent, not null, not an empty string, list or object. */
export function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "object" ? Object.values(value).some(saysSomething) : true;
}

const present = (members: Members, name: string): unknown => members[name] ?? undefined;
const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const wrongType = (expected: string, name?: string) =>
  new LambdaError("SerializationException", `${name ? `Member '${name}'` : "The request body"} must be ${expected}.`);

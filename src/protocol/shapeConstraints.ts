/** The constraints of a service model on what a caller sends, complained about together and in AWS's words. */
import type { WireShape } from "./shapeCodec.ts";

/** A shape with what its values must be. */
export interface ConstrainedShape extends WireShape {
  required?: readonly string[];
  /** Of a number its value, of a text or a list its length. */
  min?: number;
  max?: number;
  enum?: readonly string[];
  pattern?: string;
}

/** Everything that is wrong with a value as it was read by its shape, a sentence each; empty when nothing is. */
export function brokenConstraints(
  shapes: Record<string, ConstrainedShape>,
  shapeName: string,
  value: unknown,
  place = "",
): string[] {
  const shape = shapes[shapeName];
  if (!shape) throw new Error(`no shape named ${shapeName}`);
  const own = complaintsAbout(shape, value).map((constraint) => complaint(value, place, constraint));
  if (shape.type === "structure") {
    const members = value as Record<string, unknown>;
    const absent = (shape.required ?? []).filter((name) => members[name] === undefined);
    const below = Object.entries(shape.members ?? {})
      .filter(([name]) => members[name] !== undefined)
      .flatMap(([name, target]) => brokenConstraints(shapes, target, members[name], join(place, firstSmall(name))));
    const missing = absent.map((name) =>
      complaint(undefined, join(place, firstSmall(name)), "Member must not be null"),
    );
    return [...own, ...missing, ...below];
  }
  if (shape.type !== "list") return own;
  const items = value as unknown[];
  const below = items.flatMap((item, index) =>
    brokenConstraints(shapes, String(shape.member), item, `${place}.${index + 1}.member`),
  );
  return [...own, ...below];
}

/** The one sentence that AWS makes of them. */
export const validationMessage = (broken: string[]): string =>
  `${broken.length} validation error${broken.length > 1 ? "s" : ""} detected: ${broken.join("; ")}`;

function complaintsAbout({ type, min, max, enum: allowed, pattern }: ConstrainedShape, value: unknown): string[] {
  const isNumber = typeof value === "number";
  const measured = isNumber ? "value" : "length";
  const size = isNumber ? value : type === "list" || type === "string" ? (value as string | unknown[]).length : 0;
  const found: string[] = [];
  if (min !== undefined && size < min) found.push(`Member must have ${measured} greater than or equal to ${min}`);
  if (max !== undefined && size > max) found.push(`Member must have ${measured} less than or equal to ${max}`);
  if (allowed && !allowed.includes(String(value))) {
    found.push(`Member must satisfy enum value set: [${allowed.join(", ")}]`);
  }
  if (pattern && !patternOf(pattern).test(String(value))) {
    found.push(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  return found;
}

const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  const known = patterns.get(source);
  if (known) return known;
  const made = new RegExp(source, "u");
  patterns.set(source, made);
  return made;
}

/** Long values are cut: what is wrong with them is said behind. */
function complaint(value: unknown, place: string, constraint: string): string {
  const text = Array.isArray(value) ? `[${value.length} items]` : String(value);
  const shown = value === undefined ? "null" : `'${text.length > 200 ? `${text.slice(0, 200)}…` : text}'`;
  return `Value ${shown} at '${place}' failed to satisfy constraint: ${constraint}`;
}

const join = (place: string, name: string): string => (place === "" ? name : `${place}.${name}`);
const firstSmall = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

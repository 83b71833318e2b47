/**
 * Turns JSON into typed values and back, by the shapes of a service model. In the program a timestamp is an Instant
 * (milliseconds); on the wire it is seconds since the epoch with a fraction (semantics 1.3).
 */
import { ProtocolError } from "./protocolError.ts";

/** A shape as the generator writes it. */
export interface WireShape {
  type: string;
  members?: Record<string, string>;
  member?: string;
  value?: string;
}
export type WireShapes = Record<string, WireShape>;

type Decoder = (value: unknown, path: string) => unknown;
type Encoder = (value: unknown) => unknown;

export interface ShapeCodec {
  /**
   * Reads a parsed JSON value as the named shape. Members the shape does not know are dropped and a `null` member counts
   * as absent; a value of the wrong JSON type is a SerializationException that names the place.
   */
  decode(shapeName: string, value: unknown): unknown;
  /** The JSON-ready form of a value. Members that are absent, or that the shape does not know, do not appear. */
  encode(shapeName: string, value: unknown): unknown;
}

export function shapeCodec(shapes: WireShapes): ShapeCodec {
  const decoders = new Map<string, Decoder>();
  const encoders = new Map<string, Encoder>();
  const shapeNamed = (name: string): WireShape => {
    const shape = shapes[name];
    if (!shape) throw new Error(`no shape named ${name}`);
    return shape;
  };
  // Both compile a shape once, at its first use; going through the map at call time lets shapes refer to themselves.
  const decoder = (name: string): Decoder => {
    const known = decoders.get(name);
    if (known) return known;
    const made = makeDecoder(shapeNamed(name), (other) => (value, path) => decoder(other)(value, path));
    decoders.set(name, made);
    return made;
  };
  const encoder = (name: string): Encoder => {
    const known = encoders.get(name);
    if (known) return known;
    const made = makeEncoder(shapeNamed(name), (other) => (value) => encoder(other)(value));
    encoders.set(name, made);
    return made;
  };
  return {
    decode: (name, value) => decoder(name)(value, ""),
    encode: (name, value) => encoder(name)(value),
  };
}

function makeDecoder(shape: WireShape, of: (name: string) => Decoder): Decoder {
  switch (shape.type) {
    case "structure":
      return structureDecoder(Object.entries(shape.members ?? {}).map(([name, target]) => [name, of(target)]));
    case "list": {
      const member = of(String(shape.member));
      return (value, path) => {
        if (!Array.isArray(value)) throw wrongType(path, "a list", value);
        return value.map((item, index) => member(notNull(item, `${path}[${index}]`), `${path}[${index}]`));
      };
    }
    case "map": {
      const decodeValue = of(String(shape.value));
      return (value, path) => {
        const entries = Object.entries(requireObject(value, path)).filter(([, item]) => item !== null);
        return Object.fromEntries(entries.map(([key, item]) => [key, decodeValue(item, join(path, key))]));
      };
    }
    case "string":
      return (value, path) => {
        if (typeof value !== "string") throw wrongType(path, "a string", value);
        return value;
      };
    case "boolean":
      return (value, path) => {
        if (typeof value !== "boolean") throw wrongType(path, "true or false", value);
        return value;
      };
    case "integer":
    case "long":
      return (value, path) => {
        if (!Number.isSafeInteger(value)) throw wrongType(path, "a whole number", value);
        return value;
      };
    case "double":
      return (value, path) => requireNumber(value, path);
    case "timestamp":
      return (value, path) => Math.round(requireNumber(value, path) * 1000);
    default:
      throw new Error(`the codec does not know shapes of type ${shape.type}`);
  }
}

function structureDecoder(members: [string, Decoder][]): Decoder {
  return (value, path) => {
    const object = requireObject(value, path);
    const decoded: Record<string, unknown> = {};
    for (const [name, decode] of members) {
      const member = Object.hasOwn(object, name) ? object[name] : undefined;
      if (member !== undefined && member !== null) decoded[name] = decode(member, join(path, name));
    }
    return decoded;
  };
}

function makeEncoder(shape: WireShape, of: (name: string) => Encoder): Encoder {
  switch (shape.type) {
    case "structure": {
      const members = Object.entries(shape.members ?? {}).map(([name, target]): [string, Encoder] => [
        name,
        of(target),
      ]);
      return (value) => {
        const object = value as Record<string, unknown>;
        const encoded: Record<string, unknown> = {};
        for (const [name, encode] of members) {
          const member = object[name];
          if (member !== undefined && member !== null) encoded[name] = encode(member);
        }
        return encoded;
      };
    }
    case "list": {
      const member = of(String(shape.member));
      return (value) => (value as unknown[]).map(member);
    }
    case "map": {
      const encodeValue = of(String(shape.value));
      return (value) =>
        Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, encodeValue(item)]));
    }
    case "timestamp":
      return (value) => (value as number) / 1000;
    default:
      return (value) => value;
  }
}

function requireObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(path, "an object", value);
  return value as Record<string, unknown>;
}

function requireNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrongType(path, "a number", value);
  return value;
}

function notNull(value: unknown, path: string): unknown {
  if (value === null) throw wrongType(path, "a value", value);
  return value;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function wrongType(path: string, wanted: string, found: unknown): ProtocolError {
  const kind = found === null ? "null" : Array.isArray(found) ? "a list" : `a value of type ${typeof found}`;
  return new ProtocolError(400, "SerializationException", `${path || "The body"} must be ${wanted}, not ${kind}`);
}

/** Query's forms, in which everything is a text, read by the shapes of the service; and answers made ready for XML. */
import { isNumber, QueryError, type QueryMembers, type QueryValue, type XmlValue } from "./awsQuery.ts";
import type { WireShapes } from "./shapeCodec.ts";

/** The value as the operation takes it; a text that does not fit its shape is MalformedInput. */
export function readByShape(shapes: WireShapes, shapeName: string, value: QueryValue, place = ""): unknown {
  const shape = shapes[shapeName];
  switch (shape?.type) {
    case "structure": {
      // A structure without members arrives as an empty text.
      const members: QueryMembers = requireMembers(value === "" ? {} : value, place);
      const known = Object.entries(shape.members ?? {}).filter(([name]) => members[name] !== undefined);
      return Object.fromEntries(
        known.map(([name, target]) => [
          name,
          readByShape(shapes, target, members[name] ?? "", place === "" ? name : `${place}.${name}`),
        ]),
      );
    }
    case "list": {
      if (value === "") return [];
      if (!Array.isArray(value)) throw malformed(place, "a list");
      return value.map((item, index) =>
        readByShape(shapes, String(shape.member), item, `${place}.member.${index + 1}`),
      );
    }
    default:
      if (typeof value !== "string") throw malformed(place, "a text");
      return readScalar(shape?.type, value, place);
  }
}

function readScalar(type: string | undefined, text: string, place: string): unknown {
  switch (type) {
    case "boolean":
      if (!/^(true|false)$/i.test(text)) throw malformed(place, "true or false");
      return text.toLowerCase() === "true";
    case "integer":
      if (!/^[+-]?\d{1,15}$/.test(text)) throw malformed(place, "a whole number");
      return Number(text);
    case "double":
      if (!isNumber(text)) throw malformed(place, "a number");
      return Number(text);
    case "timestamp": {
      const at = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
      if (!Number.isFinite(at)) throw malformed(place, "a time such as 2026-01-31T12:00:00Z");
      return Math.round(at);
    }
    default:
      return text;
  }
}

/** The value for XML: instants as dates, maps as Maps; members that are absent stay so. */
export function writeByShape(shapes: WireShapes, shapeName: string, value: unknown): XmlValue {
  const shape = shapes[shapeName];
  switch (shape?.type) {
    case "structure": {
      const object = value as Record<string, unknown>;
      const present = Object.entries(shape.members ?? {}).filter(([name]) => object[name] !== undefined);
      return Object.fromEntries(present.map(([name, target]) => [name, writeByShape(shapes, target, object[name])]));
    }
    case "list":
      return (value as unknown[]).map((item) => writeByShape(shapes, String(shape.member), item));
    case "map":
      return new Map(Object.entries(value as Record<string, XmlValue>));
    case "timestamp":
      return new Date(value as number);
    default:
      return value as XmlValue;
  }
}

function requireMembers(value: QueryValue, place: string): QueryMembers {
  if (typeof value === "string" || Array.isArray(value)) throw malformed(place, "a structure");
  return value;
}

const malformed = (place: string, wanted: string) =>
  new QueryError(400, "MalformedInput", `${place} must be ${wanted}`);

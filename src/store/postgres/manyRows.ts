/** A statement for one deployment, spelt so that one run of it does the same for many. */
import type { Value } from "../database.ts";
import type { ArrayType } from "./binaryArrays.ts";

/** The column of the answer that tells whose row it is: the place of the call, counted from 1. */
export const PLACE = "i";

/**
 * The text of `sql` with an array for each `?`. `counted` where it is to tell which calls changed a row. Reads answer their
 * rows call by call, those that lock in the order of the rows' numbers: whoever locks several goes the same way.
 */
export function forMany(sql: string, types: readonly string[], counted: boolean): string {
  let count = 0;
  // The second condition says nothing new; an index can be asked for it, however few rows the server expects.
  const text = sql
    .replace(/\?/g, () => `given.p${++count}`)
    .replace(/\bdeployment_n = given\.p(\d+)/, "$& and deployment_n = any ($$$1)");
  const columns = [...types.map((_, index) => `p${index + 1}`), PLACE].join(", ");
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`).join(", ");
  const given = `unnest(${arrays}) with ordinality as given (${columns})`;
  switch (text.slice(0, text.indexOf(" "))) {
    case "select":
      return reading(text, given);
    case "insert": {
      const insert = text.replace(
        /\bvalues \(([^()]*)\)/,
        (_, values: string) => `select ${values} from ${given} order by given.${PLACE}`,
      );
      return `${insert}${counted ? ` returning array_position($1, deployment_n) as ${PLACE}` : ""}`;
    }
    case "update":
      return `${text.replace(/\bwhere\b/, `from ${given} where`)}${counted ? ` returning given.${PLACE}` : ""}`;
    case "delete":
      return `${text.replace(/\bwhere\b/, `using ${given} where`)}${counted ? ` returning given.${PLACE}` : ""}`;
    default:
      throw new Error(`this cannot be run for many: ${sql}`);
  }
}

function reading(text: string, given: string): string {
  const [whole, columns = "", rest = "", , order = "", lock = ""] =
    /^select (.*?) from (.*?)( order by (.*?))?( for update.*)?$/s.exec(text) ?? [];
  if (whole === undefined) throw new Error(`this cannot be run for many: ${text}`);
  const table = /^\w+/.exec(rest)?.[0];
  const by = lock === "" ? [`given.${PLACE}`, order].filter((each) => each !== "").join(", ") : `${table}.n`;
  return `select given.${PLACE}, ${columns} from ${given}, ${rest} order by ${by}${lock}`;
}

const CAST = /cast\(\? as bigint\)|\?/g;

/** Of which type each `?` is. One that may be null in all calls is cast in the text. */
export function typesOf(sql: string, calls: readonly (readonly Value[])[]): ArrayType[] {
  return [...sql.matchAll(CAST)].map(([found], index) => {
    if (found !== "?") return "bigint";
    const known = calls.find((values) => values[index] !== null);
    return typeof known?.[index] === "number" ? "bigint" : "text";
  });
}

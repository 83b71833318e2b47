/** What a part of the bench has found, and how it is shown. */
import { written } from "./figures.ts";

export interface Bar {
  /** What is demanded, as it is printed: `>= 0.6`. */
  demand: string;
  met: boolean;
  /** A figure that noise cannot make better than it is, such as memory: where the bar is met, it counts on any machine. */
  whateverTheNoise?: boolean;
  /** A count of what has gone wrong, for which noise is no excuse: it is judged on any machine, both ways. */
  isFact?: boolean;
}

export interface Row {
  name: string;
  value: number;
  unit: string;
  /** The floor of the same run, in the same unit, and what it is. */
  floor?: { value: number; is: string };
  /** The claim: this over its floor, or its floor over this. */
  ratio?: number;
  bar?: Bar;
  note?: string;
}

export interface PartResult {
  part: string;
  title: string;
  rows: Row[];
  /** Cores that others kept busy meanwhile. */
  foreignCores: number;
  /** The largest floor over the smallest, of those measured before and after each figure. */
  floorSpread: number;
}

export type Verdict = "met" | "NOT MET" | "not judged";

const MOST_FOREIGN_CORES = 0.3;
const LARGEST_SPREAD = 1.6;

export function noiseOf({ foreignCores, floorSpread }: PartResult): string | null {
  if (foreignCores > MOST_FOREIGN_CORES) return `others used ${written(foreignCores)} cores`;
  if (floorSpread > LARGEST_SPREAD) return `the floor itself moved by a factor of ${written(floorSpread)}`;
  return null;
}

export function verdictOf(result: PartResult, bar: Bar): Verdict {
  const counts = bar.isFact || (bar.whateverTheNoise && bar.met) || noiseOf(result) === null;
  if (!counts) return "not judged";
  return bar.met ? "met" : "NOT MET";
}

export function tableOf(result: PartResult): string {
  const noise = noiseOf(result);
  const head = ["", "figure", "", "floor", "ratio", "bar", "verdict"];
  const rows = result.rows.map((row) => [
    row.name,
    written(row.value),
    row.unit,
    row.floor ? `${written(row.floor.value)} (${row.floor.is})` : "",
    row.ratio === undefined ? "" : written(row.ratio),
    row.bar?.demand ?? "",
    [row.bar ? verdictOf(result, row.bar) : "", row.note ?? ""].filter((text) => text !== "").join("; "),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    `  ${row.map((cell, column) => (column === 1 ? cell.padStart(widths[1] ?? 0) : cell.padEnd(widths[column] ?? 0))).join("  ")}`.trimEnd();
  const title = `(${result.part}) ${result.title}`;
  const quiet = `floor moved by ${written(result.floorSpread)}, others used ${written(result.foreignCores)} cores`;
  return [title, line(head), ...rows.map(line), `  ${noise ? `too noisy to judge: ${noise}` : quiet}`, ""].join("\n");
}

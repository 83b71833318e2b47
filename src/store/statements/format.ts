/** The format of a deployment in its row: the highest of what programs have written about it, 1 unless one says more. */
import { ENGINE_FORMAT } from "../../engine/format.ts";
import { type Database, number, type Row, repeated, text } from "../database.ts";
import { NewerFormatError } from "../store.ts";

/** Of deployments that this program may turn. */
export const KNOWN_FORMAT = `format <= ${ENGINE_FORMAT}`;

const RAISE = repeated(1, "update deployment set format = ? where n = ? and format < ?");

/** Never lowered: what a newer engine has put in may still be there. */
export async function raiseFormat(db: Database, deploymentN: number, format: number): Promise<void> {
  if (format === 1) return;
  await db.write(RAISE, format, deploymentN, format);
}

/** Throws a NewerFormatError for a row of a deployment that only newer programs can read. */
export function requireKnownFormat(row: Row): void {
  if (number(row, "format") <= ENGINE_FORMAT) return;
  throw new NewerFormatError(
    `Deployment ${text(row, "id")} was written by a newer signalbox in a form that this one does not know, and is left to newer ones: ask one of those, or upgrade this one`,
  );
}

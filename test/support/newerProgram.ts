/**
 * A later version of the program: this tree in a folder of its own, with a migration more, and with an engine of a higher
 * format that writes members which this one does not know. A deployment that was ever paused has that format.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENGINE_FORMAT } from "../../src/engine/format.ts";
import { knownSchema } from "../../src/store/postgres/migrate.ts";
import type { Owner } from "./signalbox.ts";

const root = join(import.meta.dirname, "..", "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** Of this program. */
export const VERSION = manifest.version;
export const NEWER_VERSION = "99.0.0";

export interface NewerOptions {
  /** Whether its migration excludes every older program. */
  excludes?: boolean;
}

/** Its `main.ts`. */
export function newerProgram(owner: Owner, { excludes = false }: NewerOptions = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-newer-"));
  owner.after(async () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, version: NEWER_VERSION }));
  const source = (file: string) => join(folder, "src", file);

  const number = String(knownSchema() + 1).padStart(4, "0");
  const beside = excludes ? "" : `-- Programs from schema ${knownSchema()} on may work beside this.\n`;
  for (const migrations of ["store/migrations", "store/postgres/migrations"]) {
    writeFileSync(source(`${migrations}/${number}.sql`), `${beside}alter table deployment add column colour text;\n`);
  }
  const newer = ENGINE_FORMAT + 1;
  change(source("engine/format.ts"), `ENGINE_FORMAT = ${ENGINE_FORMAT};`, `ENGINE_FORMAT = ${newer};`);
  change(source("engine/format.ts"), "Paused: 1,", `Paused: ${newer},`);
  change(source("engine/step.ts"), "promoted: false,", 'promoted: false,\n    ...{ colour: "blue" },');
  change(source("engine/revision.ts"), "weight: 0", `weight: 0, ...{ colour: "blue" }`);
  return source("main.ts");
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  if (text.split(from).length !== 2) throw new Error(`${file} does not have once what is to be changed: ${from}`);
  writeFileSync(file, text.replace(from, to));
}

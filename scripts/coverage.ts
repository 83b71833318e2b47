/**
 * Writes COVERAGE.md: each operation of the model, whether it is built, and for each error it may raise the wire test
 * that raises it. `npm run coverage` rewrites the file; a test fails when it is out of date.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { registry } from "../src/operations/index.ts";
import { operations } from "../src/shapes/codedeploy.ts";

const root = new URL("../", import.meta.url);
export const coverageFile = new URL("COVERAGE.md", root);

interface Row {
  name: string;
  built: boolean;
  errors: readonly string[];
  /** The wire tests that raise an error of the operation, by the error. */
  raised: Map<string, string[]>;
}

/** The whole text of COVERAGE.md. */
export function coverage(): string {
  const tests = globSync("test/wire/*.test.ts", { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
  const texts = new Map(tests.map((file) => [file, readFileSync(new URL(file, root), "utf8")]));
  const table: Record<string, object> = registry;
  const rows = Object.entries(operations).map(([name, { errors }]): Row => {
    const built = !("notBuilt" in (table[name] ?? {}));
    return { name, built, errors, raised: built ? raisedErrors(name, errors, texts) : new Map() };
  });
  const built = rows.filter((row) => row.built);
  const listed = built.reduce((total, { errors }) => total + errors.length, 0);
  const raised = built.reduce((total, row) => total + row.raised.size, 0);
  const missing = built.length === rows.length ? "" : "; the others answer HTTP 501 and say so";
  return [
    "# Coverage of the CodeDeploy API",
    "",
    "Written by `npm run coverage` from the service model, the registry of operations and the wire tests. Do not edit.",
    "",
    `${built.length} of ${rows.length} operations are built${missing}.`,
    `The model lists ${listed} errors for the built ones; wire tests raise ${raised} of them.`,
    "The rest belongs to platforms, members or limits that are not built, or cannot arise here.",
    "",
    "| Operation | Answers | Errors | Raised by a test |",
    "|---|---|---|---|",
    ...rows.map(overviewLine),
    "",
    "## Errors of the built operations",
    "",
    ...built.flatMap(section),
  ].join("\n");
}

/**
 * An operation's own wire test is about nothing else: an error that it names as a string is raised there. What it does
 * not raise may be raised in a test about one subject and several operations, such as the groups of a platform; there
 * the error counts for the operations of the file that may raise it.
 */
function raisedErrors(name: string, errors: readonly string[], texts: Map<string, string>): Map<string, string[]> {
  const named = (error: string) => (file: string) => texts.get(file)?.includes(`"${error}"`) ?? false;
  const own = [...texts.keys()].filter((file) => file === ownTest(name));
  const shared = [...texts].flatMap(([file, text]) => (isShared(file) && calls(text, name) ? [file] : []));
  const raised = new Map<string, string[]>();
  for (const error of errors) {
    const files = own.some(named(error)) ? own : shared.filter(named(error));
    if (files.length > 0) raised.set(error, files);
  }
  return raised;
}

const methodOf = (operation: string) => operation.charAt(0).toLowerCase() + operation.slice(1);
const ownTest = (operation: string) => `test/wire/${methodOf(operation)}.test.ts`;
const ownTests = new Set(Object.keys(operations).map(ownTest));
/** Tests of the protocol call operations at random and raise their errors in passing. */
const isShared = (file: string) => !ownTests.has(file) && file !== "test/wire/protocol.test.ts";
const calls = (text: string, operation: string) =>
  text.includes(`.${methodOf(operation)}(`) || text.includes(`"${operation}"`);

function overviewLine({ name, built, errors, raised }: Row): string {
  return `| ${name} | ${built ? "built" : "501"} | ${errors.length} | ${built ? raised.size : ""} |`;
}

function section({ name, errors, raised }: Row): string[] {
  const lines = errors.map((error) => `| ${error} | ${raised.get(error)?.map(link).join(", ") ?? "nowhere"} |`);
  if (lines.length === 0) return [`### ${name}`, "", "It raises no errors.", ""];
  return [`### ${name}`, "", "| Error | Raised in |", "|---|---|", ...lines, ""];
}

function link(file: string): string {
  return `[${file.slice("test/wire/".length)}](${file})`;
}

if (import.meta.main) writeFileSync(coverageFile, coverage());

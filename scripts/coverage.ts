/**
 * Writes COVERAGE.md: each operation of the model with its wire tests, through the official SDK and as raw bytes, and for
 * each error it may raise the wire test that raises it, or why it cannot arise. The registry does not compile while an
 * operation is missing, so all of them are built. `npm run coverage` rewrites the file; a test fails when it is out of
 * date.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { operations } from "../src/shapes/codedeploy.ts";
import { readTranscript } from "../test/support/rawTranscript.ts";
import { reasonNotRaised } from "./unraisedErrors.ts";

const root = new URL("../", import.meta.url);
export const coverageFile = new URL("COVERAGE.md", root);
const RAW_TEST = "test/wire/rawBytes.test.ts";
const RAW_TRANSCRIPT = "test/wire/rawBytes.txt";

interface Row {
  name: string;
  errors: readonly string[];
  /** Its own wire test, which calls it through the official SDK; `undefined` where there is none. */
  sdkTest: string | undefined;
  /** The answers that it gives as raw bytes, by their status. */
  rawStatuses: number[];
  /** The wire tests that raise an error of the operation, by the error. */
  raised: Map<string, string[]>;
}

/** The whole text of COVERAGE.md. */
export function coverage(): string {
  const tests = globSync("test/wire/*.test.ts", { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
  const texts = new Map(tests.map((file) => [file, readFileSync(new URL(file, root), "utf8")]));
  const exchanges = readTranscript();
  const rows = Object.entries(operations).map(([name, { errors }]): Row => {
    return {
      name,
      errors,
      sdkTest: calls(texts.get(ownTest(name)) ?? "", name) ? ownTest(name) : undefined,
      rawStatuses: exchanges.flatMap(({ operation, status }) => (operation === name ? [status] : [])),
      raised: raisedErrors(name, errors, texts),
    };
  });
  const count = (test: (row: Row) => boolean) => `${rows.filter(test).length} of ${rows.length}`;
  const listed = rows.reduce((total, { errors }) => total + errors.length, 0);
  const raised = rows.reduce((total, row) => total + row.raised.size, 0);
  const impossible = rows.reduce((total, row) => total + unraised(row).filter(({ reason }) => reason).length, 0);
  return [
    "# Coverage of the CodeDeploy API",
    "",
    "Written by `npm run coverage` from the service model, the registry of operations and the wire tests. Do not edit.",
    "",
    `${rows.length} of ${rows.length} operations are built. Deployments run for Lambda; for servers and ECS,`,
    "CreateDeployment answers 501 and creates nothing.",
    "",
    `${count(({ sdkTest }) => sdkTest !== undefined)} have a wire test through the official SDK, and`,
    `${count(({ rawStatuses }) => rawStatuses.length > 0)} one as raw bytes without any client: ${link(RAW_TEST)} tells ${link(RAW_TRANSCRIPT)}.`,
    "",
    `The model lists ${listed} errors for them. Wire tests raise ${raised}; ${impossible} cannot arise here, for the reasons below.`,
    "",
    "| Operation | Through the SDK | As raw bytes, by status | Errors | Raised by a test | Cannot arise |",
    "|---|---|---|---|---|---|",
    ...rows.map(overviewLine),
    "",
    "## Errors",
    "",
    ...rows.flatMap(section),
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

/** The errors that no test raises, each with the reason why it cannot arise, if there is one. */
export function unraised({ name, errors, raised }: Row): { error: string; reason: string | undefined }[] {
  return errors.filter((error) => !raised.has(error)).map((error) => ({ error, reason: reasonNotRaised(name, error) }));
}

function overviewLine(row: Row): string {
  const impossible = unraised(row).filter(({ reason }) => reason).length;
  const sdk = row.sdkTest ? link(row.sdkTest) : "NO TEST";
  const raw = row.rawStatuses.join(", ") || "NO TEST";
  return `| ${row.name} | ${sdk} | ${raw} | ${row.errors.length} | ${row.raised.size} | ${impossible} |`;
}

function section({ name, errors, raised }: Row): string[] {
  const where = (error: string) => raised.get(error)?.map(link).join(", ");
  const why = (error: string) => `cannot arise: ${reasonNotRaised(name, error) ?? "NO REASON IS KNOWN"}`;
  const lines = errors.map((error) => `| ${error} | ${where(error) ?? why(error)} |`);
  if (lines.length === 0) return [`### ${name}`, "", "It raises no errors.", ""];
  return [`### ${name}`, "", "| Error | Raised in |", "|---|---|", ...lines, ""];
}

function link(file: string): string {
  return `[${file.slice("test/wire/".length)}](${file})`;
}

if (import.meta.main) writeFileSync(coverageFile, coverage());

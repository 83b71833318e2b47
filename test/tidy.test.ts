/** Style as a test: imports, sizes, words and bans. Every complaint names its remedy. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, relative } from "node:path";
import { before, describe, it } from "node:test";
import { type Node, parse } from "acorn";

const root = join(import.meta.dirname, "..");
const LONGEST_FILE = 400;
const LONGEST_FUNCTION = 70;

interface SourceFile {
  /** Relative to src/, with slashes. */
  name: string;
  text: string;
  /** Without types, every position as in `text`. */
  tree: Node;
  /** Files of src/ it imports, relative to src/, and packages by their name. */
  imports: string[];
}

/** Who may import whom. The longest matching name decides; a folder may always import itself. */
const mayImport: Record<string, string[]> = {
  "clock.ts": [],
  "ids.ts": [],
  "ownFile.ts": [],
  "settingRows.ts": [],
  "settings.ts": ["settingRows.ts"],
  shapes: [],
  protocol: ["shapes/modelledError.ts"],
  resources: ["shapes", "clock.ts"],
  engine: ["shapes", "resources", "clock.ts"],
  "store/store.ts": ["resources", "engine", "clock.ts"],
  store: ["resources", "engine", "local/documents.ts", "clock.ts", "ownFile.ts"],
  "store/postgres": ["store", "engine/format.ts", "clock.ts"],
  // Nobody may use the databases meanwhile: there is no server to ask.
  "cli/transfer.ts": [
    "cli",
    "settings.ts",
    "store/transfer",
    "store/schema.ts",
    "store/postgres/connection.ts",
    "store/sqlite/sqliteStore.ts",
    "store/sqlite/storageFault.ts",
  ],
  operations: ["protocol", "shapes", "resources", "engine", "store/store.ts", "clock.ts", "ids.ts"],
  management: [
    "protocol",
    "resources",
    "engine",
    "store/store.ts",
    "operations/deploymentView.ts",
    "operations/audit.ts",
    "drill/rollbackDrill.ts",
    "clock.ts",
  ],
  drill: [
    "protocol/protocolError.ts",
    "shapes",
    "resources",
    "engine",
    "store/store.ts",
    "operations/lookups.ts",
    "runner/runner.ts",
    "drivers/driver.ts",
    "drivers/lambda/scratchAliases.ts",
    "clock.ts",
    "ids.ts",
  ],
  drivers: ["engine", "protocol/outgoingHttp.ts", "clock.ts"],
  "drivers/driverThread.ts": [
    "engine",
    "resources/hookExecutionId.ts",
    "protocol/outgoingHttp.ts",
    "drivers",
    "clock.ts",
  ],
  "drivers/alarms": ["engine", "drivers/driver.ts", "drivers/awsClients.ts", "drivers/clientError.ts", "clock.ts"],
  "drivers/hooks": ["engine", "drivers/driver.ts", "drivers/sdkRequests.ts", "drivers/lambda"],
  runner: [
    "engine",
    "store/store.ts",
    "drivers/driver.ts",
    "drivers/notificationDriver.ts",
    "drivers/alarms/alarmSource.ts",
    "clock.ts",
    "ids.ts",
  ],
  local: ["protocol", "clock.ts", "ids.ts", "ownFile.ts"],
  "local/elbv2": ["protocol", "shapes/elbv2.ts", "local/documents.ts", "clock.ts", "ids.ts"],
  "local/ecs": [
    "protocol",
    "shapes/ecs.ts",
    "shapes/modelledError.ts",
    "local/documents.ts",
    "local/processRecord.ts",
    "clock.ts",
    "ids.ts",
  ],
  cli: [
    "settings.ts",
    "settingRows.ts",
    "clock.ts",
    "resources/appSpec",
    "engine/recording.ts",
    "engine/replay.ts",
    "management/deploymentDetail.ts",
    "management/audit.ts",
    "management/notifications.ts",
    "management/taskLogs.ts",
    "management/rollbackDrill.ts",
  ],
  "main.ts": ["cli/program.ts", "cli/exitCodes.ts", "compose.ts", "settings.ts", "store", "clock.ts"],
};

/** The same platform-wide words for the same things; each ban says what to use instead. */
const bans: { pattern: RegExp; except: RegExp; remedy: string }[] = [
  {
    pattern: /\bDate\.now\(|new Date\(\)/,
    except: /^clock\.ts$/,
    remedy: "ask the Clock; for process time, wallClock",
  },
  { pattern: /Math\.random|randomUUID|randomBytes/, except: /^ids\.ts$/, remedy: "ask Ids" },
  {
    // A socket's own `setTimeout` says how long it may be silent.
    pattern: /(?<!\.)\bset(Timeout|Interval)\(/,
    except: /^(clock|protocol\/httpServer)\.ts$/,
    remedy: "use Clock.at or wallClock",
  },
  { pattern: /process\.env/, except: /^settings\.ts$/, remedy: "make it a setting" },
  { pattern: /\bconsole\.|process\.std(out|err)/, except: /^(cli\/|main\.ts$)/, remedy: "take a log function" },
  { pattern: /\b(TODO|FIXME|XXX)\b/, except: /^$/, remedy: "do it, or say it in the closing note" },
];

/** Entered from outside: nothing in src/ imports them. */
const ENTRANCES = /^(main|drivers\/driverThread)\.ts$/;
const BANNED_NAMES = /(^|\/)(utils?|common|helpers?|core|lib|misc)(\/|\.ts$)/i;

let files: SourceFile[] = [];

describe("the source is tidy", () => {
  before(() => {
    files = globSync("src/**/*.ts", { cwd: root }).map(readSource);
    assert.ok(files.length > 50, "the sources were found");
  });

  it("imports follow the table", () => {
    const wrong = files.flatMap(({ name, imports }) =>
      imports
        .filter((imported) => imported.endsWith(".ts") && !isTest(name) && !allowed(name, imported))
        .map((imported) => `src/${name} imports src/${imported}; ${ruleOf(name)} may not: see ARCHITECTURE.md`),
    );
    assert.deepEqual(wrong, []);
  });

  it("only compose.ts and the program bring everything together", () => {
    const wrong = files.filter(({ name, imports }) => imports.includes("compose.ts") && name !== "main.ts");
    assert.deepEqual(
      wrong.map(({ name }) => `src/${name} imports compose.ts; only main.ts and tests do`),
      [],
    );
  });

  it("bans hold", () => {
    const wrong = sources().flatMap(({ name, text }) =>
      bans
        .filter(({ pattern, except }) => !except.test(name) && pattern.test(withoutComments(text)))
        .map(({ pattern, remedy }) => `src/${name} uses ${pattern.source}; instead, ${remedy}`),
    );
    assert.deepEqual(wrong, []);
  });

  it("files and functions are of a size that can be read", () => {
    const wrong = sources().flatMap(({ name, text, tree }) => {
      const lines = text.split("\n").length;
      const tooLong =
        lines > LONGEST_FILE ? [`src/${name} has ${lines} lines; split it, ${LONGEST_FILE} is the limit`] : [];
      return [...tooLong, ...longFunctions(text, tree).map((found) => `src/${name}: ${found}`)];
    });
    assert.deepEqual(wrong, []);
  });

  it("no file is a drawer", () => {
    const wrong = files.filter(({ name }) => BANNED_NAMES.test(name));
    assert.deepEqual(
      wrong.map(({ name }) => `src/${name}: name it for what it holds`),
      [],
    );
  });

  it("no file is dead", () => {
    const imported = new Set(files.filter(({ name }) => !isTest(name)).flatMap(({ imports }) => imports));
    const dead = sources().filter(({ name }) => !imported.has(name) && !ENTRANCES.test(name));
    assert.deepEqual(
      dead.map(({ name }) => `src/${name} is never imported; delete it`),
      [],
    );
  });

  it("every operation that is built has a wire test", () => {
    const built = sources().filter(
      ({ name, text }) => name.startsWith("operations/") && /= defineOperation\(/.test(text),
    );
    assert.ok(built.length > 20, "the operations were found");
    const tested = new Set(globSync("test/wire/*.test.ts", { cwd: root }).map((file) => file.replaceAll("\\", "/")));
    const missing = built.filter(
      ({ name }) => !tested.has(`test/wire/${name.slice("operations/".length, -3)}.test.ts`),
    );
    assert.deepEqual(
      missing.map(({ name }) => `src/${name} has no test in test/wire/`),
      [],
    );
  });
});

/** Everything that is hand-written and no test. */
function sources(): SourceFile[] {
  return files.filter(({ name }) => !isTest(name) && !/^shapes\/(codedeploy|ecs)\.ts$/.test(name));
}

const isTest = (name: string) => name.endsWith(".test.ts");

function readSource(file: string): SourceFile {
  const path = join(root, file);
  const text = readFileSync(path, "utf8");
  const tree = parse(stripTypeScriptTypes(text), { ecmaVersion: "latest", sourceType: "module" });
  // Types are imported, too: what the table is about is who knows whom.
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => String(specifier));
  const imports = specifiers.map((specifier) =>
    specifier.startsWith(".") ? slashes(relative(join(root, "src"), join(dirname(path), specifier))) : specifier,
  );
  return { name: slashes(relative("src", file)), text, tree, imports };
}

const slashes = (path: string) => path.replaceAll("\\", "/");

function ruleOf(name: string): string {
  const rules = Object.keys(mayImport).filter((rule) => name === rule || name.startsWith(`${rule}/`));
  return rules.sort((one, other) => other.length - one.length)[0] ?? name;
}

function allowed(name: string, imported: string): boolean {
  if (name === "compose.ts") return true;
  const rule = ruleOf(name);
  const within = (place: string) => imported === place || imported.startsWith(`${place}/`);
  return (
    within(rule.endsWith(".ts") ? rule.slice(0, rule.lastIndexOf("/")) || rule : rule) ||
    (mayImport[rule] ?? []).some(within)
  );
}

function longFunctions(text: string, tree: Node): string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    if (!/^(Function|ArrowFunction)/.test(node.type)) return;
    const lines = text.slice(node.start, node.end).split("\n").length;
    const firstLine = text.slice(0, node.start).split("\n").length;
    if (lines > LONGEST_FUNCTION) found.push(`the function at line ${firstLine} has ${lines} lines; split it`);
  });
  return found;
}

function visit(node: Node, seen: (node: Node) => void): void {
  seen(node);
  for (const child of Object.values(node).flat()) {
    if (child && typeof child === "object" && "type" in child) visit(child as Node, seen);
  }
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

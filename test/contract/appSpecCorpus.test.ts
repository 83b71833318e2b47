/** Published AppSpec files get the verdicts of the real host agent's parser and of the documented rules. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type AppSpecPlatform, checkAppSpec } from "../../src/resources/appSpec/checkAppSpec.ts";

interface Entry {
  file: string;
  platform: AppSpecPlatform | "none";
  valid: boolean | "unknown";
  reason?: string;
  /** The literal message of the agent, from its own tests. */
  expected_by_agent_test?: string;
  agent_parser?: { ok: boolean; error?: string; message?: string; nfiles?: number; nscripts?: Record<string, number> };
}

/** Where our verdict is another one: the end of the file's name, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "ecs-default-appspec-template-advanced--23f061eb.json":
    "AssignPublicIp is the template's ENABLED-or-DISABLED; the verdict is about the structure alone, and ECS refuses the value",
};
/** Where the content cannot tell the platform: the end of the file's name, and why. */
const UNTOLD: Readonly<Record<string, string>> = {
  "application_speci--0bbc7242.yml": "it holds a version and nothing else",
  "reference-appspec-file-structure--4147fc4a.yml": "resources and hooks are the names of what belongs there",
};

const corpus = process.env["SIGNALBOX_CORPUS"] ?? join(import.meta.dirname, "..", "..", "..", "shared", "corpus");
const list = join(corpus, "appspec.jsonl");
const skip = existsSync(list) ? false : "the corpus of published AppSpecs is not there";
const entries = skip
  ? []
  : readFileSync(list, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Entry);

function check({ file, platform }: Entry, options = platform === "none" ? {} : { platform }) {
  return checkAppSpec(readFileSync(join(corpus, file), "utf8"), options);
}

const reasonFor = (reasons: Readonly<Record<string, string>>, file: string) =>
  Object.entries(reasons).find(([end]) => file.endsWith(end))?.[1];

describe("published AppSpecs", { skip }, () => {
  it("are many, of every platform, good and bad", () => {
    const kinds = new Set(entries.map(({ platform, valid }) => `${platform} ${valid}`));
    for (const kind of ["server true", "server false", "ecs true", "ecs false", "lambda true", "lambda false"]) {
      assert.ok(kinds.has(kind), kind);
    }
    const differing = entries.filter(({ file }) => reasonFor(DIFFERENCES, file));
    assert.equal(differing.length, Object.keys(DIFFERENCES).length, "every difference is about a file");
  });

  for (const entry of entries.filter(({ valid }) => valid !== "unknown")) {
    const reason = reasonFor(DIFFERENCES, entry.file);
    const verdict = entry.valid ? "usable" : "unusable";
    it(`${entry.file} is ${reason ? `not ${verdict}: ${reason}` : verdict}`, () => {
      const errors = check(entry).complaints.filter(({ severity }) => severity === "error");
      const told = errors.map(({ line, message }) => `${line}: ${message}`).join("\n");
      assert.equal(errors.length === 0, reason ? !entry.valid : entry.valid, `${told}\n(${entry.reason ?? ""})`);
    });
  }

  for (const entry of entries.filter((candidate) => candidate.expected_by_agent_test)) {
    it(`${entry.file} is refused with the words of the agent`, () => {
      const words = check(entry).complaints.map(({ agentMessage }) => agentMessage);
      assert.ok(words.includes(entry.expected_by_agent_test), words.join("\n"));
    });
  }

  it("are read as the agent reads them: so many files, so many scripts in each event", () => {
    const read = entries.filter(({ agent_parser }) => agent_parser?.ok);
    assert.ok(read.length > 20);
    for (const entry of read) {
      const { appSpec } = check(entry);
      assert.ok(appSpec && "files" in appSpec, entry.file);
      assert.equal(appSpec.files.length, entry.agent_parser?.nfiles, entry.file);
      for (const [hook, scripts] of Object.entries(appSpec.hooks)) {
        assert.equal(scripts?.length, entry.agent_parser?.nscripts?.[hook], `${entry.file}: ${hook}`);
      }
    }
  });

  it("tell their platform by what is in them", () => {
    for (const entry of entries) {
      const told = check(entry, {}).platform;
      const expected = entry.platform === "none" || reasonFor(UNTOLD, entry.file) ? undefined : entry.platform;
      assert.equal(told, expected, entry.file);
    }
  });

  it("that nobody can judge without their pipeline are read without falling over", () => {
    const unknown = entries.filter(({ valid }) => valid === "unknown");
    assert.ok(unknown.length > 0);
    for (const entry of unknown) assert.ok(check(entry).complaints.length > 0, entry.file);
  });
});

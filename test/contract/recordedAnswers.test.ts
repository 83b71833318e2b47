/**
 * Answers that the real service gave, member by member against ours in the same situation. They belong to others and are
 * not in the repository: SIGNALBOX_CORPUS names their folder, and without it these tests are skipped.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { startSignalbox } from "../support/signalbox.ts";
import { choiceFor, choices, differences } from "./recordedAnswers/difference.ts";
import { type Body, notBroughtAbout, operationOf, type Recording, situationOf } from "./recordedAnswers/situations.ts";

const corpus = process.env["SIGNALBOX_CORPUS"] ?? join(import.meta.dirname, "..", "..", "..", "shared", "corpus");
const index = join(corpus, "responses.jsonl");
const skip = existsSync(index) ? false : "there are no recorded answers here: SIGNALBOX_CORPUS names no such folder";

const recordings = skip
  ? []
  : readFileSync(index, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Recording);

/** What the service said: a body, or the text of an error as somebody pasted it. */
function theirAnswer({ file }: Recording): Body {
  const text = readFileSync(join(corpus, file), "utf8").trim();
  if (!file.endsWith(".txt")) return bodyOf(JSON.parse(text) as Body);
  if (text.startsWith("{")) return JSON.parse(text) as Body;
  if (text.startsWith('"')) return JSON.parse(`{${text.replace(/,$/, "")}}`) as Body;
  return { text };
}

/** Without what the recorder added. */
function bodyOf({ data, ...answer }: Body): Body {
  const { ResponseMetadata: _, ...body } = (data ?? answer) as Body;
  return asOnTheWire(body) as Body;
}

/** A date of the recorder becomes what was on the wire: seconds since the epoch. */
function asOnTheWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asOnTheWire);
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, unknown>;
  const part = (name: string) => Number(members[name]);
  if (members["__class__"] === "datetime") {
    const day = [part("year"), part("month") - 1, part("day")] as const;
    return Date.UTC(...day, part("hour"), part("minute"), part("second"), part("microsecond") / 1000) / 1000;
  }
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, asOnTheWire(member)]));
}

describe("an answer of the real service", { skip }, () => {
  if (skip) return;
  const made = new Set<unknown>();
  const starting = startSignalbox({ after });

  for (const recording of recordings) {
    const name = recording.file.replace("responses/", "");
    const reason = notBroughtAbout(recording);
    it(`is like ours: ${name}`, { skip: reason ?? false }, async () => {
      const theirs = theirAnswer(recording);
      const ours = await situationOf(recording)(await starting, theirs);
      const unmeant = differences(theirs, ours).filter((difference) => {
        const choice = choiceFor(operationOf(recording), difference);
        made.add(choice);
        return !choice;
      });
      assert.deepEqual(unmeant, []);
    });
  }

  it("differs in nothing that is only said to differ", () => {
    assert.deepEqual(
      choices.filter((choice) => !made.has(choice)),
      [],
    );
  });
});

/** Tables of requests that must be refused: which error, in which words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as sdk from "@aws-sdk/client-codedeploy";

/** An input, or what makes one when the test runs. */
type Input = object | (() => Promise<object>);
export type Refusal = [title: string, input: Input, error: string, message: string | RegExp];

type CommandClass = new (input: object) => Parameters<sdk.CodeDeployClient["send"]>[0];

/** Sends any operation with any input: what a typed call would not let through is what these tests are about. */
export async function send(codedeploy: sdk.CodeDeployClient, operation: string, input: object): Promise<object> {
  const Command = (sdk as unknown as Record<string, CommandClass>)[`${operation}Command`];
  assert.ok(Command, `the SDK has no ${operation}Command`);
  return codedeploy.send(new Command(input));
}

/** Expects HTTP 400 with this error and exactly this message, or one that matches. */
export async function assertRefused(answer: Promise<unknown>, error: string, message: string | RegExp): Promise<void> {
  await assert.rejects(answer, (raised: sdk.CodeDeployServiceException) => {
    assert.equal(`${raised.name}: ${raised.message}`, expectedText(raised, error, message));
    assert.equal(raised.$metadata.httpStatusCode, 400);
    return true;
  });
}

/** Expects HTTP 501 and a message that matches. */
export async function assertNotBuilt(answer: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(answer, (raised: sdk.CodeDeployServiceException) => {
    assert.equal(raised.name, "NotImplementedException");
    assert.match(raised.message, message);
    assert.equal(raised.$metadata.httpStatusCode, 501);
    return true;
  });
}

/** The message itself where it matches the pattern, so that a failure shows both texts. */
function expectedText(raised: Error, error: string, message: string | RegExp): string {
  if (typeof message === "string") return `${error}: ${message}`;
  return `${error}: ${message.test(raised.message) ? raised.message : message}`;
}

/** One test for each row. */
export function refuses(codedeploy: sdk.CodeDeployClient, operation: string, refusals: Refusal[]): void {
  for (const [title, input, error, message] of refusals) {
    test(`${operation} refuses ${title} with ${error}`, async () => {
      const made = typeof input === "function" ? await input() : input;
      await assertRefused(send(codedeploy, operation, made), error, message);
    });
  }
}

/** What every name is held against: it must be there, and be 1 to 100 characters of the alphabet. */
export function nameRefusals(
  member: string,
  others: object,
  required: [error: string, message: string],
  invalid: [error: string, message: RegExp],
): Refusal[] {
  const without = Object.fromEntries(Object.entries(others).filter(([name]) => name !== member));
  const bad = ["x".repeat(101), "two words", "a/b", "naïve", "a\nb", "*"];
  return [
    [`no ${member}`, without, ...required],
    [`an empty ${member}`, { ...without, [member]: "" }, ...required],
    ...bad.map(
      (name): Refusal => [
        `the ${member} ${JSON.stringify(name).slice(0, 20)}`,
        { ...without, [member]: name },
        ...invalid,
      ],
    ),
  ];
}

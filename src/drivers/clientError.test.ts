import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientError } from "./clientError.ts";

const failed = (name: string, httpStatusCode?: number) =>
  clientError(Object.assign(new Error("why"), { name, $metadata: { httpStatusCode } }), "Publishing to topic");

describe("an error of an AWS API", () => {
  const cases: [name: string, status: number | undefined, kind: string, retryable: boolean][] = [
    ["TimeoutError", undefined, "unavailable", true],
    ["InternalErrorException", 500, "unavailable", true],
    ["ServiceUnavailable", 503, "unavailable", true],
    ["ThrottledException", 400, "unavailable", true],
    ["KMSThrottlingException", 400, "unavailable", true],
    ["TooManyRequestsException", 429, "unavailable", true],
    ["Unknown", 429, "unavailable", true],
    ["NotFoundException", 404, "notFound", false],
    ["AuthorizationErrorException", 403, "accessDenied", false],
    ["InvalidParameterException", 400, "invalid", false],
  ];
  it("knows what was refused because too much came at once", () => {
    const throttled = cases.filter(([name, status]) => failed(name, status).throttled).map(([name]) => name);
    assert.deepEqual(throttled, [
      "ThrottledException",
      "KMSThrottlingException",
      "TooManyRequestsException",
      "Unknown",
    ]);
  });
  for (const [name, status, kind, retryable] of cases) {
    it(`${name} with ${status ?? "no answer"} is ${kind}, ${retryable ? "and may pass" : "and stays"}`, () => {
      const error = failed(name, status);
      assert.deepEqual([error.kind, error.retryable], [kind, retryable]);
      assert.equal(error.message, `Publishing to topic: ${name}: why`);
    });
  }
});

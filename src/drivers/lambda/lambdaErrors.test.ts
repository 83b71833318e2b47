import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lambdaError } from "./lambdaErrors.ts";

describe("an error of the Lambda API", () => {
  const cases: [name: string, status: number | undefined, kind: string, retryable: boolean][] = [
    ["TimeoutError", undefined, "unavailable", true],
    ["ServiceException", 500, "unavailable", true],
    ["ResourceConflictException", 409, "unavailable", true],
    ["ThrottlingException", 400, "unavailable", true],
    ["TooManyRequestsException", 429, "unavailable", true],
    ["Unknown", 429, "unavailable", true],
    ["ResourceNotFoundException", 404, "notFound", false],
    ["AccessDeniedException", 403, "accessDenied", false],
    ["InvalidParameterValueException", 400, "invalid", false],
  ];
  for (const [name, httpStatusCode, kind, retryable] of cases) {
    it(`${name} with ${httpStatusCode ?? "no answer"} is ${kind}, ${retryable ? "and may pass" : "and stays"}`, () => {
      const error = lambdaError(Object.assign(new Error("why"), { name, $metadata: { httpStatusCode } }), "Alias live");
      assert.deepEqual([error.kind, error.retryable], [kind, retryable]);
      assert.equal(error.message, `Alias live: ${name}: why`);
    });
  }
});

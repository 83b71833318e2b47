import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cloudWatchProblem } from "./cloudWatchAlarms.ts";

describe("an error of the CloudWatch API", () => {
  const cases: [name: string, status: number | undefined, kind: string, passes: boolean][] = [
    ["TimeoutError", undefined, "unavailable", true],
    ["InternalServiceFault", 500, "unavailable", true],
    ["ThrottlingException", 400, "unavailable", true],
    ["RequestLimitExceeded", 400, "unavailable", true],
    ["TooManyRequestsException", 429, "unavailable", true],
    ["Unknown", 429, "unavailable", true],
    ["AccessDenied", 403, "accessDenied", false],
    ["AccessDeniedException", 400, "accessDenied", false],
    ["UnrecognizedClientException", 400, "accessDenied", false],
    ["InvalidClientTokenId", 400, "accessDenied", false],
    ["ValidationError", 400, "invalid", false],
  ];
  for (const [name, httpStatusCode, kind, passes] of cases) {
    it(`${name} with ${httpStatusCode ?? "no answer"} is ${kind}, ${passes ? "and may pass" : "and stays"}`, () => {
      const error = Object.assign(new Error("why"), { name, $metadata: { httpStatusCode } });
      assert.deepEqual(cloudWatchProblem(error), { kind, message: `CloudWatch DescribeAlarms: ${name}: why`, passes });
    });
  }
});

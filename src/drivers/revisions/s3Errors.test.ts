import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { revisionError } from "./s3Errors.ts";

describe("an error of the S3 API", () => {
  const cases: [name: string, status: number | undefined, message: string, kind: string, retryable: boolean][] = [
    ["TimeoutError", undefined, "", "unavailable", true],
    ["SlowDown", 503, "", "unavailable", true],
    ["TooManyRequests", 429, "", "unavailable", true],
    ["RequestTimeout", 400, "Your socket connection was not read from", "unavailable", true],
    ["NotImplemented", 501, "", "unavailable", false],
    ["NoSuchKey", 404, "", "notFound", false],
    ["MethodNotAllowed", 405, "", "notFound", false],
    ["PreconditionFailed", 412, "", "notFound", false],
    ["InvalidArgument", 400, "Invalid version id specified", "notFound", false],
    ["AccessDenied", 403, "", "accessDenied", false],
    ["InvalidRequest", 400, "", "invalid", false],
  ];
  for (const [name, httpStatusCode, message, kind, retryable] of cases) {
    it(`${name} with ${httpStatusCode ?? "no answer"} is ${kind}, ${retryable ? "and may pass" : "and stays"}`, () => {
      const error = revisionError(Object.assign(new Error(message), { name, $metadata: { httpStatusCode } }), "It");
      assert.deepEqual([error.kind, error.retryable], [kind, retryable]);
      assert.equal(error.message, `It could not be read: ${name}${message && `: ${message}`}`);
    });
  }
});

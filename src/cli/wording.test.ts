import assert from "node:assert/strict";
import { test } from "node:test";
import { ending } from "./wording.ts";

test("a message that is the error's own is told once, others are told too", () => {
  const message = "The ECS service cannot be found.";
  const told = ending({
    errorInformation: { code: "INVALID_ECS_SERVICE", message },
    messages: [message, "The task set stays."],
    rollbackInfo: null,
  });
  assert.deepEqual(told, ["INVALID_ECS_SERVICE: The ECS service cannot be found.", "The task set stays."]);
});

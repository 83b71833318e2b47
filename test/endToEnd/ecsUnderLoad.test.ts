/** No request fails because a service is deployed to: the short form of a part of the bench, whose load is heavier. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { deployUnderLoad } from "../../bench/deployingUnderLoad.ts";
import { startSignalbox } from "../support/signalbox.ts";

it("a good and a bad version are deployed under load, and only the bad one's own answers are errors", async (context) => {
  const box = await startSignalbox(context, { flags: { clock: "real", speed: "60" } });
  const { answered, failed, failures, late } = await deployUnderLoad(box.url, 200, [
    { pace: "ECSAllAtOnce" },
    { pace: "ECSCanary10Percent5Minutes", badBy: "alarm" },
  ]);
  assert.deepEqual([failures, failed, late], [0, {}, []]);
  assert.deepEqual(Object.keys(answered).sort(), ["v1 200", "v2 200", "v3 500"]);
});

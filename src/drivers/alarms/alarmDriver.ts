/** The look at the alarms with which a deployment begins. */
import { type Driver, EffectError } from "../driver.ts";
import type { AlarmSource } from "./alarmSource.ts";

export function alarmDriver(source: AlarmSource): Driver {
  return {
    performs: ["readAlarms"],
    async perform(effect, { accountId, region }) {
      if (effect.type !== "readAlarms") throw new Error(`the alarm driver does not perform ${effect.type}`);
      const { states, problems } = await source.look({ accountId, region }, effect.names);
      const found = Object.values(problems);
      // One that is red decides, whatever the others are; then what no waiting mends.
      const problem = found.find(({ passes }) => !passes) ?? found[0];
      const isRed = Object.values(states).includes("ALARM");
      if (problem && !isRed) throw new EffectError(problem.kind, problem.message, problem.passes);
      return { type: "alarmsRead", states };
    },
  };
}

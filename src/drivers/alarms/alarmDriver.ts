/** The look at the alarms with which a deployment begins. */
import type { Driver } from "../driver.ts";
import type { AlarmSource } from "./alarmSource.ts";

export function alarmDriver(source: AlarmSource): Driver {
  return {
    performs: ["readAlarms"],
    async perform(effect, { accountId, region, signal }) {
      if (effect.type !== "readAlarms") throw new Error(`the alarm driver does not perform ${effect.type}`);
      return { type: "alarmsRead", states: await source.states({ accountId, region }, effect.names, signal) };
    },
  };
}

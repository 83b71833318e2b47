/** What people do to deployments under way: stop, abort, pause and resume, hurry, and alarms that turn red. */
import { setTimeout as pause } from "node:timers/promises";
import type { SteeringVerb } from "../../src/engine/deployment.ts";
import { askOwn } from "./ledger.ts";
import type { LaneWork } from "./workload.ts";

/** Draws at once what happens to the deployment, if anything; resolves when it has been done, or refused. */
export function drawDisturbance(lane: LaneWork, deploymentId: string): Promise<unknown> {
  const { chance } = lane;
  const afterMs = chance.between(0, 4000);
  const drawn = chance.between(1, 100);
  const later = async (act: () => Promise<unknown>) => {
    await pause(afterMs);
    await act();
  };
  if (lane.lane.alarm && drawn <= 50) return later(() => turnRed(lane, deploymentId));
  if (drawn <= 10) return later(() => stop(lane, deploymentId));
  if (drawn <= 16) return later(() => steer(lane, deploymentId, "abort"));
  if (drawn <= 28) return later(() => holdFor(lane, deploymentId, chance.between(200, 2500)));
  if (drawn <= 34) return later(() => steer(lane, deploymentId, chance.pick(["promote", "skip-wait"])));
  return Promise.resolve();
}

function stop(lane: LaneWork, deploymentId: string): Promise<unknown> {
  const about = { operation: "StopDeployment", deploymentId };
  return lane.work.ledger.ask(about, () => lane.node.codedeploy.stopDeployment({ deploymentId }));
}

function steer(lane: LaneWork, deploymentId: string, verb: SteeringVerb): Promise<unknown> {
  return lane.work.ledger.ask({ operation: "SteerDeployment", deploymentId, verb }, steering(lane, deploymentId, verb));
}

const steering = (lane: LaneWork, deploymentId: string, verb: SteeringVerb) => () =>
  askOwn<object>(`${lane.node.url}/_signalbox/deployments/${deploymentId}/${verb}`, "POST");

/** Whether the pause was done or not: somebody who does not know resumes. */
async function holdFor(lane: LaneWork, deploymentId: string, milliseconds: number): Promise<void> {
  await steer(lane, deploymentId, "pause");
  await pause(milliseconds);
  const about = { operation: "SteerDeployment", deploymentId, verb: "resume" };
  await lane.work.ledger.insist(about, steering(lane, deploymentId, "resume"));
}

/** So many times the alarm is looked at while it is red: on a machine that is slow just then, it stays red for longer. */
const LOOKS = 5;

/**
 * Red for as long as several looks at alarms take, and green again for the next deployment. Who is under way all the time,
 * on nodes that are up, must have been stopped by it.
 */
async function turnRed(lane: LaneWork, deploymentId: string): Promise<void> {
  const { ledger, scene, nodes } = lane.work;
  const AlarmName = lane.lane.alarm ?? "";
  const set = (StateValue: "ALARM" | "OK") => () =>
    scene.cloudWatch.setAlarmState({ AlarmName, StateValue, StateReason: "torture" });
  const isUnderWay = async () => {
    const { waitingFor, startTime } = await lane.detail(deploymentId);
    return startTime !== null && waitingFor.phase !== "Ended";
  };
  const turn = async (to: "ALARM" | "OK", about: { deploymentId?: string }) => {
    const done = await ledger.insist({ operation: "SetAlarmState", ...about }, set(to));
    if (!done) ledger.contradiction(`the alarm ${AlarmName} could not be set to ${to}`);
  };
  await turn("ALARM", { deploymentId });
  const began = await isUnderWay();
  const upMs = () => nodes.map((node) => node.upMs);
  const [before, since] = [upMs(), performance.now()];
  for (let look = 1; look <= LOOKS; look += 1) {
    await pause(scene.mode.redMs / LOOKS);
    await ledger.read(() => scene.cloudWatch.describeAlarms({ AlarmNames: [AlarmName] }));
  }
  const redMs = performance.now() - since;
  // Less a moment, since both are read one after the other.
  const wereUp = upMs().every((now, index) => now - (before[index] ?? now) >= redMs - 5);
  await turn("OK", {});
  if (began && wereUp && (await isUnderWay())) ledger.watchedRed.add(deploymentId);
}

/** Holds every write of the simulated services against the promises, and tells of it. */
import type { AlarmWorld } from "../alarmWorld.ts";
import type { Circumstances, Known } from "../known.ts";
import {
  checkPrimarySet,
  checkRouteWrite,
  checkTaskSetAsked,
  checkTaskSetDeleted,
  showWeights,
} from "./ecsPromises.ts";
import { SOUND_TASKS } from "./ecsScenario.ts";
import type { ServiceWatcher } from "./ecsWorld.ts";
import { kindOf, weightsOf } from "./serviceModel.ts";

export interface ServiceWatcherOptions {
  circumstances: () => Circumstances;
  by: (deploymentId: string) => Known;
  /** A broken promise inside a call of the program must not look like a failed call. */
  watched: (check: () => void) => void;
  hasCome: AlarmWorld["hasCome"];
  say: (tell: () => string) => void;
}

export function serviceWatcher({ circumstances, by, watched, hasCome, say }: ServiceWatcherOptions): ServiceWatcher {
  return {
    routeWritten(id, { group }, listener, route, actions) {
      say(() => {
        const [before, after] = [route.actions, actions].map((all) => showWeights(weightsOf(all)));
        return `${id} writes ${kindOf(listener, route)} ${group} ${route.ruleArn ?? ""}: ${before} -> ${after}`;
      });
      const known = by(id);
      const stepsBefore = known.writes.length;
      watched(() => checkRouteWrite(circumstances(), known, listener, route, actions));
      if (known.writes.length > stepsBefore && known.writes.at(-1)?.percent === 100) hasCome("full traffic");
    },
    taskSetAsked(id, service, input, isRepeated) {
      say(() => `${id} ${isRepeated ? "asks again for" : "makes"} the task set of ${input.externalId}`);
      watched(() => checkTaskSetAsked(by(id), service, input, isRepeated));
    },
    primarySet(id, _service, taskSet) {
      say(() => `${id} makes ${taskSet.id} the primary task set`);
      watched(() => checkPrimarySet(circumstances(), by(id), taskSet));
    },
    taskSetDeleted(id, _service, taskSet) {
      say(() => `${id} deletes ${taskSet.id} of ${taskSet.externalId ?? "the beginning"}`);
      watched(() => checkTaskSetDeleted(circumstances(), by(id), taskSet));
    },
    tasksOf: (id) => by(id).blueGreen?.script?.tasks ?? SOUND_TASKS,
  };
}

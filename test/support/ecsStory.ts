/** A deployment to ECS told as a story, with a service, its task sets and its listeners that answer the engine's effects. */
import type { Effect, EffectAnswer, EffectProblem } from "../../src/engine/deployment.ts";
import {
  type EcsPlan,
  type PairSeen,
  pairsOf,
  type RouteSeen,
  type TaskSetSeen,
  type TrafficShare,
} from "../../src/engine/ecsPlan.ts";
import { type DeploymentPlan, planEcsDeployment } from "../../src/engine/plan.ts";
import type { HookedEvent } from "../../src/engine/stage.ts";
import { awaitedEffect } from "../../src/engine/step.ts";
import type { EcsAppSpec } from "../../src/resources/appSpec/ecsAppSpec.ts";
import type { AutoRollbackEvent } from "../../src/shapes/codedeploy.ts";
import { START, Story } from "./story.ts";

export const PRODUCTION = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/1/80";
export const TEST = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/1/9000";
export const BLUE_GROUP = { name: "blue-group", arn: "arn:targetgroup/blue" };
export const GREEN_GROUP = { name: "green-group", arn: "arn:targetgroup/green" };

export const everyHook: EcsAppSpec["hooks"] = {
  BeforeInstall: "before-install",
  AfterInstall: "after-install",
  AfterAllowTestTraffic: "after-test",
  BeforeAllowTraffic: "before-traffic",
  AfterAllowTraffic: "after-traffic",
};

export interface EcsPlanOptions extends Partial<Omit<EcsPlan, "platform" | "undoes" | "appSpec">> {
  hooks?: EcsAppSpec["hooks"];
  appSpec?: EcsPlan["appSpec"];
  rollbackOn?: AutoRollbackEvent[];
  alarms?: string[];
}

/** All at once, with a test listener, without hooks and waits, when nothing else is said. */
export function ecsPlan(options: EcsPlanOptions = {}): DeploymentPlan<EcsPlan> {
  const { hooks = {}, rollbackOn, alarms, ...work } = options;
  const request = {
    deploymentId: "d-ORIGINAL1",
    rollbackDeploymentId: "d-ROLLBACK1",
    accountId: "111122223333",
    region: "eu-west-1",
    createTime: START,
    serviceRoleArn: "arn:aws:iam::111122223333:role/deploy",
    alarmConfiguration: alarms && { enabled: true, alarms: alarms.map((name) => ({ name })) },
    info: {
      applicationName: "app",
      deploymentGroupName: "group",
      deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
      revision: { revisionType: "AppSpecContent", appSpecContent: { sha256: "this one" } },
      autoRollbackConfiguration: rollbackOn ? { enabled: true, events: rollbackOn } : { enabled: false },
      computePlatform: "ECS",
    },
  };
  return planEcsDeployment(request, {
    appSpec: { taskDefinition: "arn:task-definition/web:2", containerName: "app", containerPort: 80, hooks },
    traffic: { type: "AllAtOnce" },
    hookTimeoutMs: 3_600_000,
    service: { clusterName: "shop", serviceName: "web" },
    targetGroups: [BLUE_GROUP.name, GREEN_GROUP.name],
    productionListenerArn: PRODUCTION,
    testListenerArn: TEST,
    rerouteWaitMs: null,
    terminationWaitMs: 0,
    failFast: { stoppedTasks: 3, withinMs: 600_000 },
    ...work,
  });
}

export const alone = (targetGroupArn: string): TrafficShare[] => [{ targetGroupArn, weight: 1 }];

/** A service with one task set on the blue target group, behind both listeners. */
export class EcsWorld {
  status = "ACTIVE";
  deploymentController = "CODE_DEPLOY";
  hasWeights = true;
  targetGroups = [BLUE_GROUP, GREEN_GROUP];
  taskSets: TaskSetSeen[] = [taskSet("ecs-svc/1", { status: "PRIMARY", targetGroupArns: [BLUE_GROUP.arn] })];
  production: RouteSeen[] = [{ listenerArn: PRODUCTION, ruleArn: null, shares: alone(BLUE_GROUP.arn) }];
  test: RouteSeen[] = [{ listenerArn: TEST, ruleArn: null, shares: alone(BLUE_GROUP.arn) }];
  /** What leads to the service beside this, where there are more pairs. */
  morePairs: PairSeen[] = [];
  /** Whether what is created runs and is healthy. */
  becomesSteady = true;
  #made = 1;
  /** Calls that fail, by the type of their effect. */
  failing: Partial<Record<Effect["type"], EffectProblem>> = {};

  perform(effect: Effect): EffectAnswer {
    switch (effect.type) {
      case "readService":
        return { type: "serviceRead", service: structuredClone(this.#seen()) };
      case "readTaskSets":
        return { type: "taskSetsRead", taskSets: structuredClone(this.taskSets) };
      case "createTaskSet":
        return { type: "taskSetCreated", taskSet: this.#create(effect) };
      case "moveRoutes":
        for (const move of effect.routes) this.#move(move);
        return { type: "routesMoved" };
      case "setPrimaryTaskSet":
        for (const one of this.taskSets) one.status = one.arn === effect.taskSetArn ? "PRIMARY" : "ACTIVE";
        return { type: "primaryTaskSetSet" };
      case "deleteTaskSet":
        this.taskSets = this.taskSets.filter(({ arn }) => arn !== effect.taskSetArn);
        return { type: "taskSetDeleted" };
      default:
        throw new Error(`a world of ECS does not perform ${effect.type}`);
    }
  }

  #seen() {
    const { status, deploymentController, taskSets, targetGroups, hasWeights, production, test } = this;
    const of = { serviceArn: "arn:aws:ecs:eu-west-1:111122223333:service/shop/web", schedulingStrategy: "REPLICA" };
    const { morePairs } = this;
    const first = { targetGroups, hasWeights, production, test };
    return { ...of, status, deploymentController, taskSets, ...first, ...(morePairs.length > 0 && { morePairs }) };
  }

  #create({ externalId, targetGroupArn, inPlaceOf }: Extract<Effect, { type: "createTaskSet" }>) {
    const targetGroupArns = inPlaceOf?.map(({ replacement }) => replacement) ?? [targetGroupArn];
    const known = this.taskSets.find((candidate) => candidate.externalId === externalId);
    if (!known) this.#made += 1;
    const created = known ?? taskSet(`ecs-svc/${this.#made}`, { externalId, targetGroupArns });
    created.isSteady = this.becomesSteady;
    if (!known) this.taskSets.push(created);
    return { id: created.id, arn: created.arn };
  }

  #move({ listenerArn, ruleArn, from, to }: Extract<Effect, { type: "moveRoutes" }>["routes"][number]): void {
    const route = pairsOf<PairSeen>(this)
      .flatMap(({ production, test }) => [...production, ...test])
      .find((one) => {
        return one.listenerArn === listenerArn && one.ruleArn === ruleArn;
      });
    if (!route) throw new Error(`there is no route ${listenerArn} ${ruleArn}`);
    if (![to, ...from].some((shares) => JSON.stringify(shares) === JSON.stringify(route.shares))) {
      throw new Error(`the route was in a state that nobody expected: ${JSON.stringify(route.shares)}`);
    }
    route.shares = to;
  }
}

/** The replacement of a world in which one was made. */
export function replacementOf({ taskSets }: EcsWorld): TaskSetSeen {
  const found = taskSets.find(({ externalId }) => externalId !== null);
  if (!found) throw new Error("there is no replacement");
  return found;
}

export function taskSet(id: string, of: Partial<TaskSetSeen> = {}): TaskSetSeen {
  const counts = { desiredCount: 2, pendingCount: 0, runningCount: 2 };
  const rest = { status: "ACTIVE", targetGroupArns: [], externalId: null, isSteady: true, stoppedTasks: [] };
  return { id, arn: `arn:task-set/shop/web/${id}`, ...counts, ...rest, ...of };
}

export class EcsStory extends Story {
  readonly world: EcsWorld;

  constructor(plan: DeploymentPlan, world = new EcsWorld()) {
    super(plan);
    this.world = world;
  }

  /** Lets the world answer, and time pass while the task sets are looked at, until something else must happen. */
  play(from = this.second): this {
    this.second = from;
    if (this.state.stage.phase === "Created") this.at(from, { type: "start" });
    for (let steps = 0; steps < 3000; steps += 1) {
      const effect = this.wanted.at(-1)?.effect;
      const isAwaited = effect !== undefined && effect.key === awaitedEffect(this.state);
      if (isAwaited && effect.type !== "invokeHook" && effect.type !== "readAlarms") this.#answer(effect);
      else if (this.state.stage.phase === "AwaitingSteadyState") this.tick(this.wakesAt ?? 0);
      else return this;
    }
    throw new Error("the story has no end");
  }

  /** The world answers the one effect that is awaited. */
  playOne(): this {
    const effect = this.wanted.at(-1)?.effect;
    if (!effect || effect.key !== awaitedEffect(this.state)) throw new Error("nothing is awaited");
    this.#answer(effect);
    return this;
  }

  #answer(effect: Effect): void {
    const problem = this.world.failing[effect.type];
    if (problem) this.at(this.second, { type: "effectFailed", key: effect.key, problem });
    else this.answer(this.second, this.world.perform(effect));
  }

  reportEcs(second: number, lifecycleEvent: HookedEvent, status: "Succeeded" | "Failed" = "Succeeded"): this {
    return this.at(second, { type: "hookReported", targetId: "shop:web", lifecycleEvent, status }).play();
  }

  /** All hooks report success, and every wait of the traffic passes, until nothing moves any more. */
  playThrough(): this {
    this.play();
    for (let steps = 0; steps < 1000; steps += 1) {
      const { stage } = this.state;
      if (stage.phase === "InvokingHook") this.reportEcs(this.second, stage.lifecycleEvent);
      else if (stage.phase === "HoldingTraffic" || stage.phase === "AwaitingTermination") {
        this.tick(this.wakesAt ?? 0).play();
      } else return this;
    }
    throw new Error("the story has no end");
  }

  /** The shares of the production traffic on the replacement, in percent, with the second in which each was wanted. */
  get productionShifts(): [second: number, percent: number][] {
    return this.wanted.flatMap(({ second, effect }): [number, number][] => {
      if (effect.type !== "moveRoutes" || effect.routes[0]?.listenerArn !== PRODUCTION) return [];
      const green = effect.routes[0].to.find(({ targetGroupArn }) => targetGroupArn === GREEN_GROUP.arn);
      return [[second, green?.weight ?? 0]];
    });
  }

  /** What was wanted outside, by type, in order; looks are left out. */
  get calls(): string[] {
    return this.wanted.map(({ effect }) => effect.type).filter((type) => type !== "readTaskSets");
  }
}

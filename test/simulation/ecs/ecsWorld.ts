/**
 * A model of ECS services and of the listeners in front of them, as the driver sees both through the official clients:
 * task sets, weighted forwards, and rules of others. The network in between is that of the simulated Lambda.
 */
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Action, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { apiError, type LambdaWorld } from "../lambdaWorld.ts";
import type { SimulatedClock } from "../simulatedClock.ts";
import { MINUTE } from "../times.ts";
import type { EcsChange, EcsScript, TaskScript } from "./ecsScenario.ts";
import {
  forward,
  groupArn,
  type ListenerModel,
  type LoadBalancer,
  listenerSeen,
  newService,
  OTHERS,
  type RouteModel,
  rulesSeen,
  type ServiceModel,
  serviceName,
  type TaskSetModel,
  taskSetModel,
} from "./serviceModel.ts";

/** What the promises are told of every write that is accepted. `by` is the deployment that sent it. */
export interface ServiceWatcher {
  routeWritten(by: string, service: ServiceModel, listener: ListenerModel, route: RouteModel, actions: Action[]): void;
  taskSetAsked(by: string, service: ServiceModel, input: Input, repeated: boolean): void;
  primarySet(by: string, service: ServiceModel, taskSet: TaskSetModel): void;
  taskSetDeleted(by: string, service: ServiceModel, taskSet: TaskSetModel): void;
  /** How the tasks of this deployment's replacement fare. */
  tasksOf(deploymentId: string): TaskScript;
}

/** What the driver's commands carry, as far as the model reads it. */
export interface Input {
  services?: string[];
  service?: string;
  externalId?: string;
  clientToken?: string;
  taskDefinition?: string;
  loadBalancers?: LoadBalancer[];
  primaryTaskSet?: string;
  taskSet?: string;
  Names?: string[];
  ListenerArns?: string[];
  ListenerArn?: string;
  RuleArn?: string;
  DefaultActions?: Action[];
  Actions?: Action[];
}

interface Command {
  constructor: { name: string };
  input: Input;
}

/** A request that was on its way when its sender died arrives at once, or never: nothing would tell it from a newer one. */
const WRITES: ReadonlySet<string> = new Set([
  "CreateTaskSetCommand",
  "UpdateServicePrimaryTaskSetCommand",
  "DeleteTaskSetCommand",
  "ModifyListenerCommand",
  "ModifyRuleCommand",
]);
const DRAINS_MS = MINUTE;
export class EcsWorld {
  readonly #clock: SimulatedClock;
  readonly #network: LambdaWorld;
  readonly #watcher: ServiceWatcher;
  readonly #services: ServiceModel[];
  readonly #listeners = new Map<string, { service: ServiceModel; listener: ListenerModel }>();
  readonly #rules = new Map<string, { service: ServiceModel; listener: ListenerModel; route: RouteModel }>();

  constructor(clock: SimulatedClock, network: LambdaWorld, script: EcsScript, watcher: ServiceWatcher) {
    this.#clock = clock;
    this.#network = network;
    this.#watcher = watcher;
    this.#services = script.services.map(newService);
    for (const service of this.#services) {
      for (const listener of service.listeners) {
        this.#listeners.set(listener.arn, { service, listener });
        for (const route of listener.routes) {
          if (route.ruleArn) this.#rules.set(route.ruleArn, { service, listener, route });
        }
      }
    }
  }

  of(group: number): ServiceModel {
    const found = this.#services[group];
    if (!found) throw new Error(`there is no service ${group}`);
    return found;
  }

  isSteady({ createdAt, tasks: { steadyAfterMs, scales }, status }: TaskSetModel): boolean {
    if (steadyAfterMs === null || status === "DRAINING") return false;
    const since = this.#clock.now() - createdAt - steadyAfterMs;
    if (since < 0) return false;
    return !scales || since < scales.fromMs || since >= scales.fromMs + scales.forMs;
  }

  /** The client of both services that the calls of one effect go through. */
  client(by: string, key: string, awake?: () => Promise<void> | undefined): ECSClient & ElasticLoadBalancingV2Client {
    const caller = { effect: `${by} ${key}`, calls: 0 };
    const send = (command: Command, { abortSignal }: { abortSignal: AbortSignal }) => {
      const isWrite = WRITES.has(command.constructor.name);
      const answer = this.#network.call(caller, isWrite, abortSignal, () => this.#apply(by, command));
      return awake ? answer.finally(awake) : answer;
    };
    return { send } as unknown as ECSClient & ElasticLoadBalancingV2Client;
  }

  /** False for what makes no difference at the moment, or never does. */
  changeByOthers(group: number, how: EcsChange): boolean {
    const service = this.of(group);
    // Of one of its pairs.
    const pair = service.script.hasSecondPair ? this.#clock.now() % 2 : 0;
    const [production, test] = service.listeners.filter((listener) => listener.pair === pair);
    const away = (route: RouteModel | undefined) => {
      if (route) Object.assign(route, { actions: [forward([[OTHERS, 1]])], foreignSeenBy: new Set() });
      return route !== undefined;
    };
    const remove = (taskSet: TaskSetModel | undefined) => {
      if (taskSet) this.#drain(taskSet);
      return taskSet !== undefined;
    };
    const spare = service.taskSets.filter(({ status }) => status === "ACTIVE");
    switch (how) {
      case "productionAway":
        return away(production?.routes[0]);
      case "testAway":
        return away(test?.routes[0]);
      case "replacementDeleted":
        return remove(spare.findLast(({ externalId }) => externalId !== null));
      case "originalDeleted":
        return remove(spare[0]);
      case "othersRule": {
        const theirs = production?.routes.find(({ isOurs }) => !isOurs);
        if (theirs) theirs.actions = [forward([[OTHERS, 1 + (this.#clock.now() % 5)]])];
        return false;
      }
    }
  }

  #apply(by: string, { constructor: { name }, input }: Command): unknown {
    switch (name) {
      case "DescribeServicesCommand":
        return { services: [this.#described(this.#serviceNamed(input.services?.[0]))] };
      case "CreateTaskSetCommand":
        return this.#create(by, this.#serviceNamed(input.service), input);
      case "UpdateServicePrimaryTaskSetCommand":
        return this.#setPrimary(by, this.#serviceNamed(input.service), input);
      case "DeleteTaskSetCommand":
        return this.#delete(by, this.#serviceNamed(input.service), input);
      case "DescribeTargetGroupsCommand":
        return {
          TargetGroups: (input.Names ?? []).map((TargetGroupName) => ({
            TargetGroupName,
            TargetGroupArn: groupArn(TargetGroupName),
          })),
        };
      case "DescribeListenersCommand":
        return { Listeners: (input.ListenerArns ?? []).map((arn) => this.#seen(by, this.#listener(arn).listener)) };
      case "DescribeRulesCommand":
        return { Rules: rulesSeen(this.#listener(input.ListenerArn).listener) };
      case "ModifyListenerCommand": {
        const { service, listener } = this.#listener(input.ListenerArn);
        return this.#write(by, service, listener, listener.routes[0], input.DefaultActions);
      }
      case "ModifyRuleCommand": {
        const found = this.#rules.get(input.RuleArn ?? "");
        if (!found) throw apiError("RuleNotFoundException", 400);
        return this.#write(by, found.service, found.listener, found.route, input.Actions);
      }
      default:
        throw new Error(`the simulated ECS does not know ${name}`);
    }
  }

  #serviceNamed(name = ""): ServiceModel {
    return this.of(Number(name.slice("web".length)));
  }

  #listener(arn = "") {
    const found = this.#listeners.get(arn);
    if (!found) throw apiError("ListenerNotFoundException", 400);
    return found;
  }

  #seen(by: string, listener: ListenerModel): unknown {
    listener.routes[0]?.foreignSeenBy.add(by);
    return listenerSeen(listener);
  }

  #write(by: string, service: ServiceModel, listener: ListenerModel, route?: RouteModel, actions?: Action[]): unknown {
    if (!route || !actions) throw new Error("a listener was written without actions");
    this.#watcher.routeWritten(by, service, listener, route, actions);
    route.actions = actions;
    return {};
  }

  #described(service: ServiceModel): unknown {
    const now = this.#clock.now();
    service.taskSets = service.taskSets.filter(({ goneAt }) => goneAt === null || goneAt > now);
    return {
      serviceArn: `arn:service/shop/${serviceName(service.group)}`,
      status: "ACTIVE",
      deploymentController: { type: "CODE_DEPLOY" },
      schedulingStrategy: "REPLICA",
      taskSets: service.taskSets.map((taskSet) => this.#taskSetSeen(taskSet)),
      events: service.taskSets.flatMap(({ id, createdAt, tasks }) =>
        tasks.stopsAtMs
          .filter((ms) => createdAt + ms <= now)
          .map((ms) => ({
            message: `(service web, taskSet ${id}) (task t) stopped: exit code 1`,
            createdAt: new Date(createdAt + ms),
          })),
      ),
    };
  }

  #taskSetSeen(taskSet: TaskSetModel): unknown {
    const { id, arn, status, externalId, loadBalancers } = taskSet;
    const isSteady = this.isSteady(taskSet);
    return {
      id,
      taskSetArn: arn,
      status,
      ...(externalId === null ? {} : { externalId }),
      loadBalancers,
      computedDesiredCount: 2,
      pendingCount: isSteady ? 0 : 1,
      runningCount: isSteady ? 2 : 1,
      stabilityStatus: isSteady ? "STEADY_STATE" : "STABILIZING",
    };
  }

  #create(by: string, service: ServiceModel, input: Input): unknown {
    const known = service.tokens.get(input.clientToken ?? "");
    this.#watcher.taskSetAsked(by, service, input, known !== undefined);
    if (known) return { taskSet: this.#taskSetSeen(known) };
    const { externalId = null, loadBalancers = [] } = input;
    const tasks = this.#watcher.tasksOf(externalId ?? "");
    service.made += 1;
    const made = { ...taskSetModel(service.group, service.made, loadBalancers), externalId, tasks };
    const taskSet = { ...made, createdAt: this.#clock.now() };
    service.taskSets.push(taskSet);
    if (service.script.remembersTokens && input.clientToken) service.tokens.set(input.clientToken, taskSet);
    return { taskSet: this.#taskSetSeen(taskSet) };
  }

  #taskSet({ taskSets }: ServiceModel, arn = ""): TaskSetModel {
    const now = this.#clock.now();
    const found = taskSets.find((taskSet) => taskSet.arn === arn && (taskSet.goneAt === null || taskSet.goneAt > now));
    if (!found) throw apiError("TaskSetNotFoundException", 400);
    return found;
  }

  #setPrimary(by: string, service: ServiceModel, { primaryTaskSet }: Input): unknown {
    const taskSet = this.#taskSet(service, primaryTaskSet);
    if (taskSet.status === "DRAINING") throw apiError("InvalidParameterException", 400);
    this.#watcher.primarySet(by, service, taskSet);
    for (const other of service.taskSets) if (other.status === "PRIMARY") other.status = "ACTIVE";
    taskSet.status = "PRIMARY";
    return {};
  }

  #delete(by: string, service: ServiceModel, input: Input): unknown {
    const taskSet = this.#taskSet(service, input.taskSet);
    if (taskSet.status === "PRIMARY") throw apiError("InvalidParameterException", 400);
    if (taskSet.status === "DRAINING") return {};
    this.#watcher.taskSetDeleted(by, service, taskSet);
    this.#drain(taskSet);
    return {};
  }

  #drain(taskSet: TaskSetModel): void {
    taskSet.status = "DRAINING";
    taskSet.goneAt = this.#clock.now() + DRAINS_MS;
  }
}

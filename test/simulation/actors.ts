/** Everybody who acts on a deployment from outside: who deploys, who stops, who edits aliases, and the functions. */
import { type EffectAnswer, hasEnded } from "../../src/engine/deployment.ts";
import type { HookedEvent } from "../../src/engine/stage.ts";
import { createApplication } from "../../src/operations/createApplication.ts";
import { createDeployment } from "../../src/operations/createDeployment.ts";
import { createDeploymentConfig } from "../../src/operations/createDeploymentConfig.ts";
import { createDeploymentGroup } from "../../src/operations/createDeploymentGroup.ts";
import { putLifecycleEventHookExecutionStatus } from "../../src/operations/putLifecycleEventHookExecutionStatus.ts";
import { stopDeployment } from "../../src/operations/stopDeployment.ts";
import type { EcsAppSpec } from "../../src/resources/appSpec/ecsAppSpec.ts";
import type { RevisionLocation } from "../../src/shapes/codedeploy.ts";
import type { AlarmSetting } from "./alarmScripts.ts";
import { type ActorsOptions, CALLER, isAccepted, quietness, send, unlessDown } from "./clients.ts";
import { ecsAppSpec, ecsGroup, ecsTags } from "./ecs/ecsRequests.ts";
import { ECS_PACES } from "./ecs/ecsScenario.ts";
import { mayRefuse } from "./groupPromises.ts";
import type { HookBehaviour } from "./hookBehaviour.ts";
import { broken, type Known, type Report, type StopRequest } from "./known.ts";
import { type AliasChange, functionName, MISSING_VERSION } from "./lambdaWorld.ts";
import { checkAcceptedReport } from "./promises.ts";
import { type DeploymentRequest, PACES } from "./scenario.ts";
import { Steerers } from "./steerers.ts";
import { MINUTE, SECOND } from "./times.ts";

/** How a deployment was asked for, the last time. */
export interface Attempt {
  sequence: number;
  sentAt: number;
  /** Whether nothing else waited for a commit or a turn, or has come before it. */
  isUndisturbed(): boolean;
}

export class Actors {
  readonly #options: ActorsOptions;
  readonly #steerers: Steerers;
  readonly #attempts = new Map<DeploymentRequest, Attempt>();

  constructor(options: ActorsOptions) {
    this.#options = options;
    this.#steerers = new Steerers(options);
  }

  /** The attempt that has led to the deployment. */
  attemptOf(request: DeploymentRequest): Attempt | undefined {
    return this.#attempts.get(request);
  }

  /** The application, its groups and its configurations. */
  async prepare(): Promise<void> {
    const services = this.#options.services();
    const { ecs } = this.#options.scenario;
    const computePlatform = ecs ? "ECS" : "Lambda";
    await createApplication({ applicationName: "shop", computePlatform }, services, CALLER);
    for (const { name, weights, intervalMs } of ecs ? ECS_PACES : PACES) {
      if (name.startsWith("CodeDeployDefault.")) continue;
      const [percent = 0] = weights;
      const minutes = intervalMs / MINUTE;
      const trafficRoutingConfig =
        weights.length === 2
          ? { type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage: percent, canaryInterval: minutes } }
          : { type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: percent, linearInterval: minutes } };
      const config = { deploymentConfigName: name, computePlatform, trafficRoutingConfig };
      await createDeploymentConfig(config, services, CALLER);
    }
    for (const [group, settings] of this.#options.scenario.groupSettings.entries()) {
      const { onBusy, alarms, webhook, topic, triggerEvents } = settings;
      const tags = [
        ...(onBusy ? [{ Key: "signalbox:on-busy", Value: onBusy }] : []),
        ...(webhook ? [{ Key: "signalbox:webhook", Value: webhook }] : []),
        ...ecsTags(ecs?.services[group]),
      ];
      const trigger = { triggerName: "course", triggerTargetArn: topic, triggerEvents };
      const input = {
        applicationName: "shop",
        deploymentGroupName: `group${group}`,
        serviceRoleArn: "arn:aws:iam::111122223333:role/deploy",
        ...ecsGroup(ecs?.services[group], group),
        ...(alarms ? { alarmConfiguration: alarmConfiguration(alarms) } : {}),
        ...(tags.length > 0 ? { tags } : {}),
        ...(triggerEvents.length > 0 ? { triggerConfigurations: [trigger] } : {}),
      };
      await createDeploymentGroup(input, services, CALLER);
    }
  }

  /** Sets the timers of everything that the scenario has planned. */
  begin(): void {
    const { clock, scenario, world, guarded, say } = this.#options;
    scenario.requests.forEach((request, index) => {
      for (const [event, behaviour] of Object.entries(request.hooks)) {
        world.addFunction(hookName(event, index), behaviour);
      }
      if (!request.spare && !request.isLeftOut) this.#deployAfter(request.atMs, request, index, MOST_TRIES);
    });
    for (const { group, atMs, rollBack } of scenario.stops) {
      clock.after(atMs, () => guarded(() => this.#stop(group, rollBack)));
    }
    for (const { group, atMs, how } of scenario.changes) {
      clock.after(atMs, () => {
        if (isOfAlias(how)) world.changeByOthers(group, how);
        else if (this.#options.ecs?.changeByOthers(group, how)) world.noteChange(group);
        say(() => `somebody changes what group ${group} deploys to: ${how}`);
      });
    }
    this.#steerers.begin();
  }

  /** Somebody in the group is about to make way, or puts traffic right: just then others come. */
  groupStirs(group: number): void {
    const { scenario, chance } = this.#options;
    const index = scenario.requests.findIndex((request) => {
      return request.spare && !request.isLeftOut && request.group === group && !this.#attempts.has(request);
    });
    const request = scenario.requests[index];
    if (request) this.#deployAfter(chance.between(0, 40), request, index, 1);
  }

  /** The answer may come once more, from a call that was thought lost. */
  perhapsDouble(deploymentId: string, key: string, answer: EffectAnswer): void {
    const { chance, scenario, clock, guarded } = this.#options;
    if (!chance.happens(scenario.doubledAnswers)) return;
    clock.after(chance.between(0, chance.pick([10, 10 * MINUTE])), () =>
      guarded(async () => {
        const { store } = this.#options.services();
        await unlessDown(
          store.transaction(async (tx) => {
            const found = await tx.deployments.find(CALLER, deploymentId);
            if (found) await tx.inbox.append(found.n, { type: "effectAnswered", at: clock.now(), key, answer });
          }),
        );
      }),
    );
  }

  /** A validation function does what it does; its invocation ends without it. */
  runFunction(behaviour: HookBehaviour, known: Known, lifecycleEvent: HookedEvent, id: string): void {
    const { clock, guarded } = this.#options;
    const startedAt = clock.now();
    const send = (index: number) => {
      const report = behaviour.reports[index];
      if (!report) return;
      clock.at(Math.max(clock.now(), startedAt + report.afterMs), () =>
        guarded(async () => {
          const ids = {
            own: () => id,
            forged: () => `${id.slice(0, -8)}AAAAAAAA`,
            another: () => this.#idOfAnother(known, id),
          };
          const answered = await this.#report(known, lifecycleEvent, ids[report.id](), report);
          // A function tries again until it is answered, whatever the answer.
          if (!answered) clock.after(this.#options.chance.between(1, 5) * SECOND, () => send(index));
          else if (!behaviour.together) send(index + 1);
        }),
      );
    };
    if (behaviour.together) for (const index of behaviour.reports.keys()) send(index);
    else send(0);
  }

  #idOfAnother(known: Known, own: string): string {
    for (const other of this.#options.known.values()) {
      const invocation = other !== known && other.invocations[0];
      if (invocation) return invocation.id;
    }
    return own.slice(4);
  }

  async #report(known: Known, lifecycleEvent: HookedEvent, hookId: string, report: HookBehaviour["reports"][number]) {
    const { status } = report;
    const { deploymentId } = known;
    const kept: Report = { lifecycleEvent, status, accepted: null };
    // It may count before its sender is told so.
    if (report.id === "own") known.reports.push(kept);
    const { record } = known;
    const sent = await send(() =>
      putLifecycleEventHookExecutionStatus(
        { deploymentId, lifecycleEventHookExecutionId: hookId, status },
        this.#options.services(),
        CALLER,
      ),
    );
    const accepted = isAccepted(sent);
    if (accepted !== null)
      this.#options.say(() =>
        `${deploymentId} ${lifecycleEvent} reports ${status}: ${JSON.stringify(sent)}`.slice(0, 200),
      );
    if (report.id !== "own") {
      if (accepted) broken(known, `accepted a report under an id that is ${report.id}`);
      return accepted !== null;
    }
    kept.accepted = accepted;
    // Who stood still may tell of it long after another process has gone on.
    if (accepted) checkAcceptedReport(known, kept, this.#options.scenario.nodes ? record : known.record);
    return accepted !== null;
  }

  #deployAfter(ms: number, request: DeploymentRequest, index: number, tries: number): void {
    this.#options.clock.after(ms, () => this.#options.guarded(() => this.#deploy(request, index, tries)));
  }

  async #deploy(request: DeploymentRequest, index: number, tries: number): Promise<void> {
    if (this.#options.inGroup(request.group).some((other) => other.request === request)) return;
    const { order, alarms, rollbackOn } = request;
    const deploymentGroupName = `group${request.group}`;
    const input = {
      applicationName: "shop",
      deploymentGroupName,
      deploymentConfigName: request.pace.name,
      description: order === null ? String(index) : `${index} order=${order}`,
      autoRollbackConfiguration: { enabled: rollbackOn !== null, events: rollbackOn ?? [] },
      revision: this.#revision(request, index),
      ...(alarms ? { overrideAlarmConfiguration: alarmConfiguration(alarms) } : {}),
    };
    const services = this.#options.services();
    const sentAt = this.#options.clock.now();
    const attempt = { sequence: this.#options.nextInLine(), sentAt, isUndisturbed: () => false };
    this.#attempts.set(request, attempt);
    const seen = quietness(services.store).then((isUndisturbed) => Object.assign(attempt, { isUndisturbed }));
    const sent = await send(() => createDeployment(input, services, CALLER));
    await seen;
    this.#options.say(() => `request ${index} to ${deploymentGroupName}: ${JSON.stringify(sent)}`);
    if ("output" in sent) return;
    if ("refused" in sent) {
      const { refused } = sent;
      this.#options.judgeLater(() => this.#checkRefusal(request, refused));
      if (/newer build/.test(sent.refused)) return;
    }
    if (tries > 1) this.#deployAfter(this.#patience() * MINUTE, request, index, tries - 1);
  }

  /** Many who try again do so together as well. */
  #patience(): number {
    const { chance, scenario } = this.#options;
    return scenario.commitMs > 0 ? chance.pick([2, 10, 40]) : chance.between(1, 40);
  }

  #checkRefusal({ group, order }: DeploymentRequest, refusal: string): void {
    const { inGroup, scenario } = this.#options;
    const others = inGroup(group);
    const { onBusy = null } = scenario.groupSettings[group] ?? {};
    if (!mayRefuse(others, onBusy, order, refusal)) broken(`group${group}`, `refused a deployment: ${refusal}`);
  }

  #revision(request: DeploymentRequest, index: number): RevisionLocation {
    const content = this.#appSpec(request, index);
    if (request.revision === "inline") return { revisionType: "AppSpecContent", appSpecContent: { content } };
    const key = `${index}-${this.#options.clock.now()}.json`;
    if (request.revision === "inS3") this.#options.world.putObject(key, content);
    if (request.revision === "broken") this.#options.world.putObject(key, `${content}]`);
    return { revisionType: "S3", s3Location: { bucket: "shop", key, bundleType: "JSON" } };
  }

  /** Written when it is sent: CurrentVersion is what the alias has at that moment, or will have. */
  #appSpec({ group, versions, hooks }: DeploymentRequest, index: number): string {
    const Hooks = Object.keys(hooks).map((event) => ({ [event]: hookName(event, index) }));
    if (this.#options.ecs) return ecsAppSpec(index, Hooks);
    const version = this.#versionBefore(group);
    const fresh = String(1000 * (group + 1) + index + 2);
    const [current, target]: [string | undefined, string] = {
      right: [version, fresh],
      wrongCurrent: ["77", fresh],
      equal: [version, version],
      missingTarget: [version, MISSING_VERSION],
      notGiven: [undefined, fresh],
      alreadyThere: ["77", version],
    }[versions] as [string | undefined, string];
    const Properties = { Name: functionName(group), Alias: "live", CurrentVersion: current, TargetVersion: target };
    return JSON.stringify({
      version: 0,
      Resources: [{ shop: { Type: "AWS::Lambda::Function", Properties } }],
      ...(Hooks.length > 0 ? { Hooks } : {}),
    });
  }

  /** The version that the alias has now, or, for one that will wait in a queue, what the last before it leaves. */
  #versionBefore(group: number): string {
    const { world, inGroup, scenario } = this.#options;
    const { version } = world.aliasOf(group);
    const before = inGroup(group).findLast((one) => !hasEnded(one.record.state.status));
    const waits = before && scenario.groupSettings[group]?.onBusy === "queue";
    return (waits && before.appSpec.targetVersion) || version;
  }

  async #stop(group: number, rollBack: boolean | undefined): Promise<void> {
    const { inGroup, say } = this.#options;
    const there = inGroup(group).filter((one) => !hasEnded(one.record.state.status));
    // Mostly what is under way, sometimes what waits behind it.
    const found = there[there.length > 1 && group === there.length % 2 ? 1 : 0];
    if (!found) return;
    const { services, clock, nextInLine } = this.#options;
    const stop: StopRequest = {
      kind: "stop",
      sequence: nextInLine(),
      rollBack,
      accepted: null,
      undisturbed: false,
      writesBefore: found.writes.length,
      sentAt: clock.now(),
    };
    found.stops.push(stop);
    this.groupStirs(group);
    const present = services();
    const seen = quietness(present.store);
    const sent = await send(() =>
      stopDeployment({ deploymentId: found.deploymentId, autoRollbackEnabled: rollBack }, present, CALLER),
    );
    say(() => `stop of ${found.deploymentId}, autoRollbackEnabled ${rollBack}: ${JSON.stringify(sent)}`);
    stop.accepted = isAccepted(sent);
    stop.undisturbed = (await seen)();
    stop.writesBefore = found.writes.length;
    if ("refused" in sent && !/already completed/.test(sent.refused)) broken(found, `refused a stop: ${sent.refused}`);
  }
}

/** How often a client asks for a deployment while its group is busy or the program is down. */
const MOST_TRIES = 6;

const SHORT_NAMES: Record<string, string> = { BeforeAllowTraffic: "before", AfterAllowTraffic: "after" };

const hookName = (event: string, index: number) => `${SHORT_NAMES[event] ?? event}${index}`;

/** What a function is named as in the AppSpec. */
export function hookOfFunction(name: string): keyof EcsAppSpec["hooks"] {
  const short = name.replace(/\d+$/, "");
  const [event] = Object.entries(SHORT_NAMES).find(([, other]) => other === short) ?? [short];
  return event as keyof EcsAppSpec["hooks"];
}

const ALIAS_CHANGES: ReadonlySet<string> = new Set<AliasChange>(["foreignVersion", "foreignSplit", "cleared"]);

const isOfAlias = (how: string): how is AliasChange => ALIAS_CHANGES.has(how);

function alarmConfiguration({ names, enabled, ignorePollAlarmFailure }: AlarmSetting) {
  return { enabled, ignorePollAlarmFailure, alarms: names.map((name) => ({ name })) };
}

/** Everybody who acts on a deployment from outside: who deploys, who stops, who edits aliases, and the functions. */
import { type EffectAnswer, hasEnded } from "../../src/engine/deployment.ts";
import { createApplication } from "../../src/operations/createApplication.ts";
import { createDeployment } from "../../src/operations/createDeployment.ts";
import { createDeploymentConfig } from "../../src/operations/createDeploymentConfig.ts";
import { createDeploymentGroup } from "../../src/operations/createDeploymentGroup.ts";
import type { Services } from "../../src/operations/operation.ts";
import { putLifecycleEventHookExecutionStatus } from "../../src/operations/putLifecycleEventHookExecutionStatus.ts";
import { stopDeployment } from "../../src/operations/stopDeployment.ts";
import type { LambdaHook } from "../../src/resources/lambdaAppSpec.ts";
import type { RevisionLocation } from "../../src/shapes/codedeploy.ts";
import type { Chance } from "./chance.ts";
import { type CrashableStore, CrashError } from "./crashableStore.ts";
import { functionName, type LambdaWorld, MISSING_VERSION } from "./lambdaWorld.ts";
import { broken, checkAcceptedReport, type Known, type StopRequest } from "./promises.ts";
import { type DeploymentRequest, type HookBehaviour, MINUTE, PACES, type Scenario, SECOND } from "./scenario.ts";
import type { SimulatedClock } from "./simulatedClock.ts";
import { CALLER } from "./simulation.ts";

export interface ActorsOptions {
  clock: SimulatedClock;
  chance: Chance;
  world: LambdaWorld;
  scenario: Scenario;
  /** Those of the process that is up. */
  services: () => Services & { store: CrashableStore };
  known: ReadonlyMap<string, Known>;
  guarded: (work: () => Promise<void>) => void;
  say: (line: string) => void;
}

type Sent<T> = { output: T } | { refused: string } | { lost: true };

export class Actors {
  readonly #options: ActorsOptions;

  constructor(options: ActorsOptions) {
    this.#options = options;
  }

  /** The application, its groups and its configurations. */
  async prepare(): Promise<void> {
    const services = this.#options.services();
    await createApplication({ applicationName: "shop", computePlatform: "Lambda" }, services, CALLER);
    for (const { name, weights, intervalMs } of PACES) {
      if (name.startsWith("CodeDeployDefault.")) continue;
      const [percent = 0] = weights;
      const minutes = intervalMs / MINUTE;
      const trafficRoutingConfig =
        weights.length === 2
          ? { type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage: percent, canaryInterval: minutes } }
          : { type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: percent, linearInterval: minutes } };
      const config = { deploymentConfigName: name, computePlatform: "Lambda", trafficRoutingConfig };
      await createDeploymentConfig(config, services, CALLER);
    }
    for (let group = 0; group < this.#options.scenario.groups; group += 1) {
      const names = { applicationName: "shop", deploymentGroupName: `group${group}` };
      await createDeploymentGroup(
        { ...names, serviceRoleArn: "arn:aws:iam::111122223333:role/deploy" },
        services,
        CALLER,
      );
    }
  }

  /** Sets the timers of everything that the scenario has planned. */
  begin(): void {
    const { clock, scenario, world, guarded, say } = this.#options;
    scenario.requests.forEach((request, index) => {
      for (const [event, behaviour] of Object.entries(request.hooks)) {
        world.addFunction(hookName(event, index), behaviour);
      }
      this.#deployAfter(request.atMs, request, index, MOST_TRIES);
    });
    for (const { group, atMs, rollBack } of scenario.stops) {
      clock.after(atMs, () => guarded(() => this.#stop(group, rollBack)));
    }
    for (const { group, atMs, how } of scenario.changes) {
      clock.after(atMs, () => {
        world.changeByOthers(group, how);
        say(`somebody changes the alias of group ${group}: ${how}`);
      });
    }
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
  runFunction(behaviour: HookBehaviour, known: Known, id: string): void {
    const { clock, guarded } = this.#options;
    const startedAt = clock.now();
    const lifecycleEvent = this.#eventOf(known, behaviour);
    const send = (index: number) => {
      const report = behaviour.reports[index];
      if (!report) return;
      clock.at(Math.max(clock.now(), startedAt + report.afterMs), () =>
        guarded(async () => {
          const ids = { own: id, forged: `${id.slice(0, -8)}AAAAAAAA`, another: this.#idOfAnother(known, id) };
          const answered = await this.#report(known, lifecycleEvent, ids[report.id], report);
          // A function tries again until it is answered, whatever the answer.
          if (!answered) clock.after(this.#options.chance.between(1, 5) * SECOND, () => send(index));
          else if (!behaviour.together) send(index + 1);
        }),
      );
    };
    if (behaviour.together) for (const index of behaviour.reports.keys()) send(index);
    else send(0);
  }

  #eventOf(known: Known, behaviour: HookBehaviour): LambdaHook {
    return known.request?.hooks.BeforeAllowTraffic === behaviour ? "BeforeAllowTraffic" : "AfterAllowTraffic";
  }

  #idOfAnother(known: Known, own: string): string {
    for (const other of this.#options.known.values()) {
      const invocation = other !== known && other.invocations[0];
      if (invocation) return invocation.id;
    }
    return own.slice(4);
  }

  async #report(known: Known, lifecycleEvent: LambdaHook, hookId: string, report: HookBehaviour["reports"][number]) {
    const { status } = report;
    const { deploymentId } = known;
    const sent = await this.#send(() =>
      putLifecycleEventHookExecutionStatus(
        { deploymentId, lifecycleEventHookExecutionId: hookId, status },
        this.#options.services(),
        CALLER,
      ),
    );
    const accepted = "lost" in sent ? null : "output" in sent;
    if (accepted !== null)
      this.#options.say(`${deploymentId} ${lifecycleEvent} reports ${status}: ${JSON.stringify(sent)}`.slice(0, 200));
    if (report.id !== "own") {
      if (accepted) broken(known, `accepted a report under an id that is ${report.id}`);
      return accepted !== null;
    }
    const kept = { lifecycleEvent, status, accepted };
    known.reports.push(kept);
    if (accepted) checkAcceptedReport(known, kept);
    return accepted !== null;
  }

  #deployAfter(ms: number, request: DeploymentRequest, index: number, tries: number): void {
    this.#options.clock.after(ms, () => this.#options.guarded(() => this.#deploy(request, index, tries)));
  }

  async #deploy(request: DeploymentRequest, index: number, tries: number): Promise<void> {
    const known = [...this.#options.known.values()];
    if (known.some((other) => other.request === request)) return;
    const deploymentGroupName = `group${request.group}`;
    const input = {
      applicationName: "shop",
      deploymentGroupName,
      deploymentConfigName: request.pace.name,
      description: String(index),
      autoRollbackConfiguration: { enabled: request.rollbackOn !== null, events: request.rollbackOn ?? [] },
      revision: this.#revision(request, index),
    };
    const sent = await this.#send(() => createDeployment(input, this.#options.services(), CALLER));
    this.#options.say(`request ${index} to ${deploymentGroupName}: ${JSON.stringify(sent)}`);
    if ("output" in sent) return;
    if ("refused" in sent) {
      const active = /(?:is already deploying|already has an active Deployment) '(d-\w+)'/.exec(sent.refused)?.[1];
      if (!active) broken(deploymentGroupName, `refused a deployment: ${sent.refused}`);
    }
    if (tries > 1) this.#deployAfter(this.#options.chance.between(1, 40) * MINUTE, request, index, tries - 1);
  }

  #revision(request: DeploymentRequest, index: number): RevisionLocation {
    const content = this.#appSpec(request, index);
    if (request.revision === "inline") return { revisionType: "AppSpecContent", appSpecContent: { content } };
    const key = `${index}-${this.#options.clock.now()}.json`;
    if (request.revision === "inS3") this.#options.world.putObject(key, content);
    if (request.revision === "broken") this.#options.world.putObject(key, `${content}]`);
    return { revisionType: "S3", s3Location: { bucket: "shop", key, bundleType: "JSON" } };
  }

  /** Written when it is sent: CurrentVersion is what the alias has at that moment. */
  #appSpec({ group, versions, hooks }: DeploymentRequest, index: number): string {
    const { version } = this.#options.world.aliasOf(group);
    const fresh = String(100 * (group + 1) + index + 2);
    const [current, target]: [string | undefined, string] = {
      right: [version, fresh],
      wrongCurrent: ["77", fresh],
      equal: [version, version],
      missingTarget: [version, MISSING_VERSION],
      notGiven: [undefined, fresh],
      alreadyThere: ["77", version],
    }[versions] as [string | undefined, string];
    const Properties = { Name: functionName(group), Alias: "live", CurrentVersion: current, TargetVersion: target };
    const Hooks = Object.keys(hooks).map((event) => ({ [event]: hookName(event, index) }));
    return JSON.stringify({
      version: 0,
      Resources: [{ shop: { Type: "AWS::Lambda::Function", Properties } }],
      ...(Hooks.length > 0 ? { Hooks } : {}),
    });
  }

  async #stop(group: number, rollBack: boolean | undefined): Promise<void> {
    const { known, say } = this.#options;
    const found = [...known.values()].find((one) => one.group === group && !hasEnded(one.record.state.status));
    if (!found) return;
    const services = this.#options.services();
    const stop: StopRequest = { rollBack, accepted: null, undisturbed: false, writesBefore: 0 };
    const alone = services.store.parked === 0;
    const sending = this.#send(() =>
      stopDeployment({ deploymentId: found.deploymentId, autoRollbackEnabled: rollBack }, services, CALLER),
    );
    const waiting = await services.store.read((reader) => reader.inbox.waiting()).catch(() => [0]);
    found.stops.push(stop);
    const sent = await sending;
    say(`stop of ${found.deploymentId}, autoRollbackEnabled ${rollBack}: ${JSON.stringify(sent)}`);
    stop.accepted = "lost" in sent ? null : "output" in sent;
    stop.undisturbed = alone && waiting.length === 0;
    stop.writesBefore = found.writes.length;
    if ("refused" in sent && !/already completed/.test(sent.refused)) broken(found, `refused a stop: ${sent.refused}`);
  }

  async #send<T>(send: () => Promise<T>): Promise<Sent<T>> {
    try {
      return { output: await send() };
    } catch (error) {
      if (error instanceof CrashError) return { lost: true };
      return { refused: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** How often a client asks for a deployment while its group is busy or the program is down. */
const MOST_TRIES = 6;

const hookName = (event: string, index: number) => `${event === "BeforeAllowTraffic" ? "before" : "after"}${index}`;

async function unlessDown(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof CrashError)) throw error;
  });
}

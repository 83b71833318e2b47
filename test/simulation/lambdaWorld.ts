/**
 * A model of AWS Lambda as the drivers see it through the official client: aliases with revision ids and split weights,
 * functions that behave as their scenario says, and an unreliable network in between. Behind the same network, the
 * objects of S3.
 */
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { S3Client } from "@aws-sdk/client-s3";
import { presentSignal } from "../../src/drivers/sdkRequests.ts";
import type { Chance } from "./chance.ts";
import type { HookBehaviour } from "./hookBehaviour.ts";
import type { Scenario } from "./scenario.ts";
import type { SimulatedClock } from "./simulatedClock.ts";

/** An alias as its two fields say it: weights by version, fractions. */
export interface Alias {
  version: string;
  weights: Record<string, number>;
}

export const sameAlias = (one: Alias, other: Alias): boolean =>
  one.version === other.version && sameWeights(one.weights, other.weights);

function sameWeights(one: Alias["weights"], other: Alias["weights"]): boolean {
  const versions = Object.keys(one);
  return versions.length === Object.keys(other).length && versions.every((version) => one[version] === other[version]);
}

export const showAlias = ({ version, weights }: Alias): string => `${version} ${JSON.stringify(weights)}`;

/** What somebody else does to an alias. */
export type AliasChange = "foreignVersion" | "foreignSplit" | "cleared";

/** What the promises are told of. */
export interface Watcher {
  /** `by` is the deployment that sent the write. */
  aliasWritten(by: string, group: number, before: Alias, after: Alias, compared: boolean): void;
  hookInvoked(by: string, functionName: string, payload: unknown): void;
  /** The function runs: its reports are to be sent. */
  functionStarted(behaviour: HookBehaviour, deploymentId: string, hookExecutionId: string): void;
}

/** An effect that calls another service, and how many of its calls wait. */
export interface Caller {
  /** Whose bad luck it is: an effect has its own, however often it is performed. */
  effect: string;
  calls: number;
}

/** Failed calls in a row for one effect; more would make a deployment fail that should not. */
const MOST_FAILURES = 5;

/** Whose bad luck it is: a hook may still be answering while traffic moves, and no other two effects are under way at once. */
const sufferer = (deploymentId: string, isHook: boolean) => `${deploymentId} ${isHook ? "hook" : ""}`;

interface Command {
  constructor: { name: string };
  input: {
    FunctionName: string;
    /** Of S3. */
    Key?: string;
    Name?: string;
    Qualifier?: string;
    FunctionVersion?: string;
    RevisionId?: string;
    RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
    Payload?: Uint8Array;
  };
}

export class LambdaWorld {
  readonly #clock: SimulatedClock;
  readonly #chance: Chance;
  readonly #scenario: Scenario;
  readonly #watcher: Watcher;
  readonly #start: number;
  readonly #aliases: { alias: Alias; revision: number; changedByOthers: number[] }[];
  readonly #functions = new Map<string, { behaviour: HookBehaviour; refusals: number }>();
  readonly #objects = new Map<string, string>();
  readonly #failures = new Map<string, number>();
  readonly #waiters = new WeakMap<AbortSignal, Set<() => void>>();
  /** Calls that wait for time to pass. */
  parked = 0;

  constructor(clock: SimulatedClock, chance: Chance, scenario: Scenario, watcher: Watcher) {
    this.#clock = clock;
    this.#chance = chance;
    this.#scenario = scenario;
    this.#watcher = watcher;
    this.#start = clock.now();
    this.#aliases = Array.from({ length: scenario.groups }, () => ({
      alias: { version: "1", weights: {} },
      revision: 1,
      changedByOthers: [],
    }));
  }

  aliasOf(group: number): Alias {
    return this.#of(group).alias;
  }

  /** When somebody who is no deployment changed the alias. */
  changesByOthers(group: number): number[] {
    return this.#of(group).changedByOthers;
  }

  addFunction(name: string, behaviour: HookBehaviour): void {
    const refusals = behaviour.refusals === "missing" ? Number.POSITIVE_INFINITY : behaviour.refusals;
    this.#functions.set(name, { behaviour, refusals });
  }

  changeByOthers(group: number, how: AliasChange): void {
    const found = this.#of(group);
    const { version } = found.alias;
    found.alias = {
      foreignVersion: { version: "900", weights: {} },
      foreignSplit: { version, weights: { "901": 0.33 } },
      cleared: { version, weights: {} },
    }[how];
    found.revision += 1;
    this.noteChange(group);
  }

  /** Somebody who is no deployment has been there. */
  noteChange(group: number): void {
    this.#of(group).changedByOthers.push(this.#clock.now());
  }

  putObject(key: string, content: string): void {
    this.#objects.set(key, content);
  }

  objectOf(key: string): string | undefined {
    return this.#objects.get(key);
  }

  /** The client that one deployment's calls go through. */
  client(deploymentId: string, awake?: () => Promise<void> | undefined): LambdaClient & S3Client {
    const send = (command: Command, options?: { abortSignal: AbortSignal }) => {
      const signal = options?.abortSignal ?? presentSignal();
      if (!signal) throw new Error(`${command.constructor.name} cannot be given up`);
      const answer = this.#send(deploymentId, command, signal);
      return awake ? answer.finally(awake) : answer;
    };
    return { send } as unknown as LambdaClient & S3Client;
  }

  /** A deployment's effect was performed: its bad luck begins anew, but not that of another effect under way. */
  performed(deploymentId: string, isHook: boolean): void {
    this.#failures.delete(sufferer(deploymentId, isHook));
  }

  /** A call of another service, through the same network. What is on its way when its sender dies arrives, or does not. */
  async call<T>(caller: Caller, isWrite: boolean, signal: AbortSignal, arrive: () => T): Promise<T> {
    const onAbort = () => {
      if (!isWrite || !this.#chance.happens(0.5)) return;
      try {
        arrive();
      } catch {
        // Nobody is there any more to be told.
      }
    };
    try {
      await this.#delay(signal, onAbort, this.#latency(), caller);
      const luck = caller.effect;
      this.#refuse(luck);
      const answer = arrive();
      // When a look arrives and when it is answered make no difference to anybody.
      if (isWrite) await this.#delay(signal, () => {}, this.#latency(), caller);
      this.#loseAnswer(luck);
      return answer;
    } catch (error) {
      // It ends the effect, which waits for none of its other calls.
      if (caller.calls > 0) this.parked -= 1;
      caller.calls = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  async #send(by: string, command: Command, signal: AbortSignal): Promise<unknown> {
    const kind = command.constructor.name;
    if (kind === "InvokeCommand") {
      const payload: unknown = JSON.parse(Buffer.from(command.input.Payload ?? []).toString("utf8"));
      this.#watcher.hookInvoked(by, command.input.FunctionName, payload);
    }
    await this.#delay(signal, () => {
      // A request that was on its way when its sender died may still arrive.
      if (kind === "UpdateAliasCommand" && this.#chance.happens(0.5)) this.#arriveLater(by, command);
    });
    const luck = sufferer(by, kind === "InvokeCommand");
    this.#refuse(luck);
    if (kind === "InvokeCommand") return this.#invoke(by, command, signal);
    const answer = this.#apply(by, command);
    await this.#delay(signal, () => {});
    this.#loseAnswer(luck);
    return answer;
  }

  #getObject({ Key = "" }: Command["input"]): unknown {
    const content = this.#objects.get(Key);
    if (content === undefined) throw apiError("NoSuchKey", 404);
    return { Body: bodyOf(Buffer.from(content)), ContentLength: content.length };
  }

  #apply(by: string, { constructor: { name }, input }: Command): unknown {
    if (name === "GetObjectCommand") return this.#getObject(input);
    const group = groupOf(input.FunctionName);
    const found = this.#of(group);
    switch (name) {
      case "GetAliasCommand":
        return {
          FunctionVersion: found.alias.version,
          RoutingConfig: { AdditionalVersionWeights: found.alias.weights },
          RevisionId: `r${found.revision}`,
        };
      case "GetProvisionedConcurrencyConfigCommand": {
        const since = this.#clock.now() - this.#start;
        const waits = this.#scenario.capacityWaits.some(
          (wait) => wait.group === group && since >= wait.fromMs && since < wait.toMs,
        );
        if (waits) return { Status: "IN_PROGRESS" };
        throw apiError("ProvisionedConcurrencyConfigNotFoundException", 404);
      }
      case "UpdateAliasCommand":
        return this.#updateAlias(by, group, input);
      default:
        throw new Error(`the simulated Lambda does not know ${name}`);
    }
  }

  #updateAlias(by: string, group: number, input: Command["input"]): unknown {
    const found = this.#of(group);
    if (input.RevisionId !== undefined && input.RevisionId !== `r${found.revision}`) {
      throw apiError("PreconditionFailedException", 412);
    }
    const weights = input.RoutingConfig?.AdditionalVersionWeights ?? found.alias.weights;
    const after = { version: input.FunctionVersion ?? found.alias.version, weights };
    for (const version of [after.version, ...Object.keys(weights)]) {
      if (version === MISSING_VERSION) throw apiError("ResourceNotFoundException", 404);
    }
    const before = found.alias;
    found.alias = after;
    found.revision += 1;
    this.#watcher.aliasWritten(by, group, before, after, input.RevisionId !== undefined);
    return {};
  }

  #arriveLater(by: string, command: Command): void {
    this.#clock.after(this.#chance.between(0, 5000), () => {
      try {
        this.#apply(by, command);
      } catch {
        // Nobody is there any more to be told.
      }
    });
  }

  async #invoke(by: string, { input }: Command, signal: AbortSignal): Promise<unknown> {
    const found = this.#functions.get(input.FunctionName);
    if (!found || found.behaviour.refusals === "missing") throw apiError("ResourceNotFoundException", 404);
    if (found.refusals > 0) {
      found.refusals -= 1;
      throw apiError("TooManyRequestsException", 429);
    }
    const payload = JSON.parse(Buffer.from(input.Payload ?? []).toString("utf8"));
    const { LifecycleEventHookExecutionId, TrafficStep } = payload;
    const behaviour = (TrafficStep?.CurrentWeight > 0 && found.behaviour.later) || found.behaviour;
    this.#watcher.functionStarted(behaviour, by, LifecycleEventHookExecutionId);
    await this.#delay(signal, () => {}, behaviour.endsAfterMs);
    this.#loseAnswer(sufferer(by, true));
    const LogResult = Buffer.from(`log of ${input.FunctionName}`).toString("base64");
    if (behaviour.error === null) return { LogResult };
    return { LogResult, FunctionError: "Unhandled", Payload: Buffer.from(behaviour.error) };
  }

  #refuse(luck: string): void {
    const { outage, throttling } = this.#scenario;
    const since = this.#clock.now() - this.#start;
    if (outage && since >= outage.fromMs && since < outage.toMs) throw apiError("ServiceException", 503);
    if (this.#badLuck(luck, throttling)) throw apiError("TooManyRequestsException", 429);
  }

  #loseAnswer(luck: string): void {
    if (this.#badLuck(luck, this.#scenario.lostAnswers)) throw new Error("socket hang up");
  }

  #badLuck(luck: string, probability: number): boolean {
    const failures = this.#failures.get(luck) ?? 0;
    if (failures >= MOST_FAILURES || !this.#chance.happens(probability)) return false;
    this.#failures.set(luck, failures + 1);
    return true;
  }

  #delay(signal: AbortSignal, onAbort: () => void, ms = this.#latency(), caller?: Caller): Promise<void> {
    this.#park(1, caller);
    return new Promise((resolve, reject) => {
      const aborted = () => {
        release();
        this.#park(-1, caller);
        onAbort();
        reject(new Error("the caller has gone"));
      };
      const waiters = this.#waitersOf(signal);
      const release = this.#clock.after(ms, () => {
        waiters.delete(aborted);
        this.#park(-1, caller);
        resolve();
      });
      if (signal.aborted) aborted();
      else waiters.add(aborted);
    });
  }

  /** However many calls an effect makes at once, it is one that waits. */
  #park(change: 1 | -1, caller?: Caller): void {
    if (!caller) {
      this.parked += change;
      return;
    }
    const waited = Math.max(0, Math.sign(caller.calls));
    caller.calls += change;
    this.parked += Math.max(0, Math.sign(caller.calls)) - waited;
  }

  /** Who is to be told when the signal comes. It is listened to once, however many calls it is for. */
  #waitersOf(signal: AbortSignal): Set<() => void> {
    const known = this.#waiters.get(signal);
    if (known) return known;
    const waiters = new Set<() => void>();
    this.#waiters.set(signal, waiters);
    signal.addEventListener("abort", () => waiters.forEach((aborted) => void aborted()), { once: true });
    return waiters;
  }

  #latency(): number {
    return this.#chance.between(1, this.#chance.happens(0.2) ? this.#scenario.slowestCallMs : 30);
  }

  #of(group: number) {
    const found = this.#aliases[group];
    if (!found) throw new Error(`there is no group ${group}`);
    return found;
  }
}

export const MISSING_VERSION = "404";

export const functionName = (group: number): string => `shop${group}`;
const groupOf = (name: string): number => Number(name.slice("shop".length));

/** As the driver reads a body: a stream of Node costs more than the whole call. */
function bodyOf(bytes: Buffer): AsyncIterable<Uint8Array> & { destroy(): void } {
  return {
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
    destroy() {},
  };
}

export function apiError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

/**
 * What the load balancers do: listeners on this machine, and the targets behind them. It goes by what the store says, and
 * follows every commit before anything else happens.
 */
import type { Clock } from "../../../clock.ts";
import type { Ids } from "../../../ids.ts";
import { listenerAttributes, loadBalancerAttributes } from "../attributes.ts";
import type { BalancerStore } from "../balancerStore.ts";
import type { Certificates, LoadedCertificate } from "../certificates.ts";
import { isHttp, type Listener, type LoadBalancer, type Rule, type Target } from "../resources.ts";
import { addressOf } from "../tagOperations.ts";
import { bind } from "./bind.ts";
import { loadConnections } from "./connections.ts";
import { type HostCounter, type HostCounts, hostCounter } from "./hostCounter.ts";
import type { ListenerState, OpenListener } from "./listenerState.ts";
import type { Health } from "./liveTarget.ts";
import { type FigureCounter, figureCounter, type RequestFigures } from "./requestFigures.ts";
import { RouteTable, type RouteTableOptions } from "./routeTable.ts";
import { type HealthListener, LiveGroup, type TargetCondition } from "./targetGroups.ts";
import { traceIds } from "./traceIds.ts";

export interface DataPlaneOptions {
  store: BalancerStore;
  certificates: Certificates;
  clock: Clock;
  ids: Ids;
  host: string;
  split: RouteTableOptions["split"];
  log: (line: string) => void;
  onFigures: (figures: RequestFigures) => void;
  onHostCounts: (counts: HostCounts) => void;
}

interface Live {
  open: OpenListener;
  /** What its state was made of. */
  made: { listener: Listener; loadBalancer: LoadBalancer; rules: Rule[] } | undefined;
  state: ListenerState | undefined;
}

/** How long requests under way may take when their listener is deleted. */
const CLOSING_MS = 60_000;
/** The same when the process ends. */
const ENDING_MS = 250;

export class DataPlane {
  readonly #options: DataPlaneOptions;
  readonly #groups = new Map<string, LiveGroup>();
  readonly #listeners = new Map<string, Live>();
  /** Opened for what is about to be written down. */
  readonly #pending = new Map<string, Live>();
  /** Listen no more, and have requests under way. */
  readonly #closing = new Set<OpenListener>();
  readonly #healthListeners = new Set<HealthListener>();
  readonly #counter: FigureCounter;
  readonly #counts: HostCounter;
  readonly #newTraceId: () => string;

  constructor(options: DataPlaneOptions) {
    this.#options = options;
    const { store, clock, onFigures, onHostCounts } = options;
    this.#newTraceId = traceIds(options.ids);
    this.#counter = figureCounter(clock, onFigures);
    this.#counts = hostCounter({ store, clock, groups: this.#groups, tell: onHostCounts });
    store.watch(() => this.#follow());
  }

  /**
   * Listens for a listener that is about to be written down, on the port it asks for or, below 1024 and where that is
   * taken, on another. Requests are answered with 503 until it is written down. `close` is for when it is not.
   */
  async open(listener: Omit<Listener, "boundPort">): Promise<{ port: number; close(): void }> {
    const live = await this.#bind(listener);
    this.#pending.set(listener.arn, live);
    const close = () => {
      if (this.#pending.get(listener.arn) === live) this.#pending.delete(listener.arn);
      void live.open.close(0);
    };
    return { port: live.open.port, close };
  }

  /** Opens the listeners of an earlier process, on their ports where those are free. */
  async resume(): Promise<void> {
    const { store } = this.#options;
    this.#follow();
    for (const { arn } of store.all("listener")) {
      const found = store.find("listener", arn);
      const live = found && (await this.#bind(found));
      // Binding takes its time, in which it may have been changed or deleted.
      const listener = store.find("listener", arn);
      if (!live) continue;
      if (!listener || this.#listeners.has(arn)) {
        void live.open.close(0);
        continue;
      }
      this.#pending.set(arn, live);
      store.commit([{ kind: "listener", arn, value: { ...listener, boundPort: live.open.port } }]);
    }
  }

  targetConditions(targetGroupArn: string): TargetCondition[] {
    return this.#groups.get(targetGroupArn)?.conditions() ?? [];
  }

  health(targetGroupArn: string, target: Target): Health {
    return this.#groups.get(targetGroupArn)?.health(target) ?? "unused";
  }

  /** Resolves when no target of that name drains any more. */
  async drained(targetGroupArn: string, target: Target): Promise<void> {
    await this.#groups.get(targetGroupArn)?.drained(target);
  }

  /** Answers how to stop listening. */
  onHealth(listener: HealthListener): () => void {
    this.#healthListeners.add(listener);
    return () => void this.#healthListeners.delete(listener);
  }

  /** Where listeners listen, for people. */
  addresses(): { listenerArn: string; loadBalancerArn: string; port: number; address: string }[] {
    return this.#options.store.all("listener").map((listener) => ({
      listenerArn: listener.arn,
      loadBalancerArn: listener.loadBalancerArn,
      port: listener.port,
      address: addressOf(listener, this.#options.host),
    }));
  }

  /** Tells at once what has been counted. */
  tellFigures(): void {
    this.#counter.flush();
  }

  /** Lets requests under way end for a moment, then cuts them off. */
  async close(): Promise<void> {
    const open = [...this.#listeners.values(), ...this.#pending.values()].map((live) => live.open);
    await Promise.all([...open, ...this.#closing].map((listener) => listener.close(ENDING_MS)));
    this.#healthListeners.clear();
    for (const group of this.#groups.values()) group.close();
    this.#counts.close();
    this.#counter.flush();
  }

  async #bind(listener: Omit<Listener, "boundPort"> & { boundPort?: number }): Promise<Live> {
    const { host, log } = this.#options;
    const live: Live = { open: NOT_OPEN, made: undefined, state: undefined };
    const server = { state: () => live.state, newTraceId: this.#newTraceId, count: this.#counter.count, log };
    await loadConnections();
    live.open = await bind(listener, host, server);
    const address = addressOf({ ...listener, boundPort: live.open.port }, host);
    log(`elbv2: ${listener.arn} listens on ${address}, for port ${listener.port}`);
    return live;
  }

  /** Comes to what the store says. Groups come first: routes lead to them. */
  #follow(): void {
    this.#followGroups();
    this.#followListeners();
  }

  #followGroups(): void {
    const { store, clock, host, ids } = this.#options;
    const changed = (arn: string, target: Target, health: Health) => {
      this.#counts.changed();
      for (const listener of this.#healthListeners) listener(arn, target, health);
    };
    for (const group of store.all("targetGroup")) {
      const live =
        this.#groups.get(group.arn) ?? new LiveGroup(group, { clock, host, fraction: ids.fraction, changed });
      this.#groups.set(group.arn, live);
      live.update(group, store.loadBalancersOf(group.arn).length > 0);
    }
    for (const [arn, live] of this.#groups) {
      if (store.find("targetGroup", arn)) continue;
      this.#groups.delete(arn);
      live.remove();
    }
  }

  #followListeners(): void {
    const { store } = this.#options;
    for (const listener of store.all("listener")) {
      const opened = this.#pending.get(listener.arn);
      if (opened?.open.port === listener.boundPort) {
        this.#retire(this.#listeners.get(listener.arn));
        this.#listeners.set(listener.arn, opened);
        this.#pending.delete(listener.arn);
      }
      const live = this.#listeners.get(listener.arn);
      if (live) this.#refresh(live, listener);
    }
    for (const [arn, live] of this.#listeners) {
      if (store.find("listener", arn)) continue;
      this.#retire(live);
      this.#listeners.delete(arn);
    }
  }

  #refresh(live: Live, listener: Listener): void {
    const { store, split, ids, certificates: files, log } = this.#options;
    const loadBalancer = store.find("loadBalancer", listener.loadBalancerArn);
    const rules = store.rulesOf(listener.arn);
    if (!loadBalancer || isMadeOf(live, listener, loadBalancer, rules)) return;
    live.made = { listener, loadBalancer, rules };
    const routing = { group: (arn: string) => this.#groups.get(arn), split, fraction: ids.fraction };
    const routes = new RouteTable(rules, routing, live.state?.routes);
    live.state = stateOf(listener, loadBalancer, routes, loadCertificates(listener, files, log));
    live.open.refresh();
  }

  #retire(live: Live | undefined): void {
    if (!live) return;
    const { open } = live;
    this.#closing.add(open);
    void open.close(CLOSING_MS).then(() => this.#closing.delete(open));
  }
}

const NOT_OPEN: OpenListener = { port: 0, close: async () => {}, refresh: () => {} };

/** Whether everything it was made of is still what counts; all of it is replaced when it changes. */
function isMadeOf({ made }: Live, listener: Listener, loadBalancer: LoadBalancer, rules: Rule[]): boolean {
  if (!made || made.listener !== listener || made.loadBalancer !== loadBalancer) return false;
  return made.rules.length === rules.length && made.rules.every((rule, index) => rule === rules[index]);
}

function stateOf(
  listener: Listener,
  loadBalancer: LoadBalancer,
  routes: RouteTable,
  certificates: LoadedCertificate[],
): ListenerState {
  const attributes = loadBalancerAttributes(loadBalancer);
  const own = listenerAttributes(listener);
  const isOn = (key: string) => attributes[key] === "true";
  const idleSeconds = isHttp(listener) ? attributes["idle_timeout.timeout_seconds"] : own["tcp.idle_timeout.seconds"];
  return {
    listener,
    loadBalancer,
    routes,
    certificates,
    idleMs: Number(idleSeconds) * 1000,
    named: own["routing.http.response.server.enabled"] === "true",
    forwarding: {
      protocol: listener.protocol,
      port: listener.port,
      forwardedFor: (attributes["routing.http.xff_header_processing.mode"] ?? "append") as "append",
      withClientPort: isOn("routing.http.xff_client_port.enabled"),
      dropsInvalidNames: isOn("routing.http.drop_invalid_header_fields.enabled"),
    },
  };
}

/** A listener whose certificate has gone since is told of, and refuses connections until it is back. */
function loadCertificates({ arn, certificates }: Listener, files: Certificates, log: (line: string) => void) {
  return certificates.flatMap((certificate) => {
    try {
      return [files.load(certificate)];
    } catch (error) {
      log(`elbv2: ${arn}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
}

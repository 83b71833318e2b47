/**
 * One request on its way to a target and its answer on the way back, both as streams. Another target is tried as long as
 * that is safe: nobody has listened, or the request may be repeated and nothing of an answer has been passed on.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import type { Dispatcher } from "undici";
import { type Release, wallClock } from "../../../clock.ts";
import { codeOf, isRefusal, MOST_ATTEMPTS } from "./connections.ts";
import { answeredHeaders, rawTexts } from "./forwardedHeaders.ts";
import type { LiveTarget } from "./liveTarget.ts";
import type { LiveGroup } from "./targetGroups.ts";

/** How a request ended that was for a target group. */
export interface ExchangeEnd {
  group: LiveGroup;
  /** What the target answered, if it did. */
  targetStatus: number | undefined;
  /** What the load balancer answers in its place; 460 where the client has gone. */
  ownStatus: number | undefined;
  /** From the request's leaving to the beginning of the target's answer. */
  targetSeconds: number | undefined;
}

export interface ExchangeOptions {
  group: LiveGroup;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  path: string;
  headers: string[];
  hasBody: boolean;
  /** Told once; answers with `ownStatus` if there is one and something can still be sent. */
  ended(end: ExchangeEnd): void;
}

/** Requests that mean the same when they come twice. */
const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
const CONNECT_TIMEOUT = "UND_ERR_CONNECT_TIMEOUT";

export class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #tried = new Set<LiveTarget>();
  #body: PassThrough | null = null;
  #target: LiveTarget | undefined;
  #release: Release = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #sentAt = 0;
  #targetSeconds: number | undefined;
  #targetStatus: number | undefined;
  #hasEnded = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    // The client's own stream is kept from the target's faults: it is needed for the answer.
    if (options.hasBody) this.#body = options.incoming.pipe(new PassThrough());
    options.outgoing.once("close", () => {
      if (!options.outgoing.writableFinished) this.breakOff(460);
    });
  }

  /** Sends the request to the target whose turn it is. */
  start(): void {
    const { group, incoming, path, headers } = this.#options;
    const target = group.next(this.#tried);
    if (!target) return void this.#end(this.#tried.size === 0 ? 503 : 502);
    this.#target = target;
    this.#tried.add(target);
    this.#release = target.begin(() => this.breakOff(502));
    this.#sentAt = wallClock.elapsedMs();
    const method = incoming.method as Dispatcher.HttpMethod;
    target.pool.dispatch({ path, method, headers, body: this.#body }, this);
  }

  /** Ends it in the middle, with this status if the client can still be told. */
  breakOff(status: number): void {
    if (this.#hasEnded) return;
    this.#end(status);
    this.#controller?.abort(new Error(`broken off with ${status}`));
  }

  /** Whether the client still owes a part of its request. */
  get awaitsClient(): boolean {
    return !this.#options.incoming.complete;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#hasEnded) controller.abort(new Error("broken off"));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
    statusMessage?: string,
  ): void {
    // What comes before the answer, such as early hints, is not passed on.
    if (status < 200 || this.#hasEnded) return;
    this.#targetStatus = status;
    this.#targetSeconds = (wallClock.elapsedMs() - this.#sentAt) / 1000;
    const connection = Array.isArray(headers["connection"]) ? headers["connection"].join(",") : headers["connection"];
    const kept = answeredHeaders(rawTexts(controller), connection);
    this.#options.outgoing.writeHead(status, statusMessage, kept);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { outgoing } = this.#options;
    if (this.#hasEnded || outgoing.write(chunk)) return;
    controller.pause();
    outgoing.once("drain", () => controller.resume());
  }

  onResponseEnd(): void {
    if (this.#hasEnded) return;
    this.#options.outgoing.end();
    this.#end(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#hasEnded) return;
    const code = codeOf(error);
    const refused = isRefusal(error);
    if (refused) this.#target?.refused();
    this.#release();
    this.#controller = undefined;
    if (this.#mayRepeat(refused)) return void this.start();
    this.#end(code === CONNECT_TIMEOUT ? 504 : code === "UND_ERR_INVALID_ARG" ? 400 : 502);
  }

  #mayRepeat(refused: boolean): boolean {
    const { outgoing, incoming } = this.#options;
    if (outgoing.headersSent || outgoing.destroyed || this.#tried.size >= MOST_ATTEMPTS) return false;
    if (refused) return this.#body === null || !this.#body.destroyed;
    return this.#body === null && REPEATABLE.has(incoming.method ?? "");
  }

  #end(ownStatus: number | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#release();
    const { group, incoming, outgoing, ended } = this.#options;
    if (this.#body) {
      incoming.unpipe(this.#body);
      this.#body.destroy();
      // What is still to come of a request that is answered already is nobody's, and the next one comes behind it.
      incoming.resume();
    }
    // An answer that was cut must not look like one that is whole.
    if (ownStatus !== undefined && outgoing.headersSent) outgoing.destroy();
    ended({ group, targetStatus: this.#targetStatus, ownStatus, targetSeconds: this.#targetSeconds });
  }
}

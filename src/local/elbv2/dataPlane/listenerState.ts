/** What a listener goes by: replaced as a whole when anything of it changes, so that a request sees all of it or nothing. */
import type { LoadedCertificate } from "../certificates.ts";
import type { Listener, LoadBalancer } from "../resources.ts";
import type { ForwardingSettings } from "./forwardedHeaders.ts";
import type { CountedRequest } from "./requestFigures.ts";
import type { RouteTable } from "./routeTable.ts";

export interface ListenerState {
  listener: Listener;
  loadBalancer: LoadBalancer;
  routes: RouteTable;
  forwarding: ForwardingSettings;
  /** How long a connection may be silent. */
  idleMs: number;
  /** Whether own answers tell what they are from. */
  named: boolean;
  /** The default one first; empty where nothing is secured. */
  certificates: LoadedCertificate[];
}

export interface ListenerOptions {
  /** What it goes by; `undefined` before the listener has been written down. */
  state: () => ListenerState | undefined;
  newTraceId: () => string;
  count: (request: CountedRequest) => void;
  log: (line: string) => void;
}

/** A server that listens for one listener. */
export interface OpenListener {
  port: number;
  /** Takes no new connections, and lets what is under way come to its end for up to `graceMs`. Resolves when all is over. */
  close(graceMs: number): Promise<void>;
  /** Its state has changed. */
  refresh(): void;
}

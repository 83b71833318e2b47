/**
 * The store of an installation with several processes: one PostgreSQL database, which all of them write. Each has one
 * connection that writes and a few that read committed data; their number does not grow with deployments or hosts.
 */
import { type Instant, wallClock } from "../../clock.ts";
import { DeploymentMemory } from "../statements/deploymentMemory.ts";
import { type Store, StoreUnavailableError } from "../store.ts";
import { transactionOn } from "../transaction.ts";
import { claims } from "./claims.ts";
import { CommitGroup } from "./commitGroup.ts";
import {
  connectOnce,
  connectWriter,
  DatabaseSetupError,
  isConnectionLoss,
  reachable,
  readerPool,
  requireDurableCommits,
} from "./connection.ts";
import { migrate } from "./migrate.ts";
import { LEASE_MS, Node } from "./node.ts";
import { postgresDatabase, type Query } from "./postgresDatabase.ts";

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`, with the parameters of libpq. */
  url: string;
  /** At least 2. */
  connections: number;
  /** Of this process, and of no other before or after. */
  nodeId: string;
  /** `own` for a virtual clock, or one that runs faster. */
  clock: "real" | "own";
  log: (line: string) => void;
  /** How long the server keeps the locks of a process that has gone silent in the midst of a transaction. */
  idleMs?: number;
}

/** Less than the lease: when a claim is free, so are the locks. */
const IDLE_MS = 4_000;

export interface PostgresStore extends Store {
  /** The database's time. */
  now(): Instant;
  /** Why transactions are refused at present, with a `StoreUnavailableError`; `null` when they are not. */
  refusal(): string | null;
  /** Resolves when it is worth while to try again. */
  whenWritable(): Promise<void>;
}

/** How long whoever has nobody to turn down waits before a transaction is tried again. */
const PATIENCE_MS = 250;

export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { url, nodeId, log, clock } = options;
  await prepare(url);
  const pool = readerPool(url, options.connections - 1);
  const node = new Node({ pool, id: nodeId, clock, log });
  try {
    await node.start();
    await requireClocksToAgree(node, clock);
  } catch (error) {
    await node.stop();
    await pool.end();
    throw error;
  }

  const query: Query = (statement) => pool.query(statement).catch(unavailable);
  const readers = postgresDatabase(query);
  const memory = new DeploymentMemory({ alone: false });
  const committed = transactionOn(readers, { inboxGrew: () => {}, notificationsGrew: () => {} }, memory);

  let inboxListener: (deploymentN: number) => void = () => {};
  let notificationsListener: (receivers: ReadonlySet<string>) => void = () => {};
  let notified = new Set<string>();
  let closing: Promise<void> | null = null;
  const listeners = {
    inboxGrew: (n: number) => inboxListener(n),
    notificationsGrew: (receiver: string) => void notified.add(receiver),
  };
  const group = new CommitGroup({
    connect: () => connectWriter(url, options.idleMs ?? IDLE_MS),
    transactionOn: (query, later) => transactionOn(postgresDatabase(query, { node: nodeId, later }), listeners),
    afterCommit() {
      if (notified.size === 0) return;
      const receivers = notified;
      notified = new Set();
      notificationsListener(receivers);
    },
  });

  return {
    claims: claims(readers, node, nodeId),
    now: () => node.now(),
    refusal: () => group.refusal(),
    whenWritable: () => wallClock.pause(PATIENCE_MS),
    read: (work) => work(committed),
    transaction: (work) => (closing ? Promise.reject(new Error("the store is closed")) : group.add(work)),
    onInbox(heard) {
      inboxListener = heard;
    },
    onNotifications(heard) {
      notificationsListener = heard;
    },
    close() {
      closing ??= group.drained().then(async () => {
        await node.stop();
        await group.close();
        await pool.end();
      });
      return closing;
    },
  };
}

async function prepare(url: string): Promise<void> {
  const client = await reachable(connectOnce(url));
  try {
    await requireDurableCommits(client);
    await migrate(client);
  } finally {
    await client.end();
  }
}

/** Whose time is their own is alone. One that was killed a moment ago still looks alive: it is given its lease. */
async function requireClocksToAgree(node: Node, clock: "real" | "own"): Promise<void> {
  const patience = wallClock.elapsedMs() + LEASE_MS + 1_000;
  for (;;) {
    const others = await node.others();
    if (others.every((other) => other.clock === "real" && clock === "real")) return;
    if (wallClock.elapsedMs() > patience) break;
    await wallClock.pause(PATIENCE_MS);
  }
  throw new DatabaseSetupError(
    "Another signalbox works on this database; --clock virtual and --speed are for one that is alone with it.",
  );
}

function unavailable(error: unknown): never {
  if (!isConnectionLoss(error)) throw error;
  throw new StoreUnavailableError(`The database cannot be reached: ${error instanceof Error ? error.message : error}`);
}

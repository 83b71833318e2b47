/**
 * The store of an installation with several processes: one PostgreSQL database, which all of them write. Each has one
 * connection that writes and a few that read committed data; their number does not grow with deployments or hosts.
 */
import { type Instant, wallClock } from "../../clock.ts";
import { ENGINE_FORMAT } from "../../engine/format.ts";
import { NewerSchemaError } from "../schema.ts";
import { DeploymentMemory } from "../statements/deploymentMemory.ts";
import { type Store, StoreUnavailableError } from "../store.ts";
import { transactionOn } from "../transaction.ts";
import { claims } from "./claims.ts";
import { CommitGroup, type Connection } from "./commitGroup.ts";
import {
  connectOnce,
  connectWriter,
  DatabaseSetupError,
  isAway,
  isConnectionLoss,
  mayPass,
  reachable,
  readerPool,
  requireDurableCommits,
  sentTogether,
} from "./connection.ts";
import { announceWriter, knownSchema, migrate, OlderProgramError } from "./migrate.ts";
import { LEASE_MS, Node } from "./node.ts";
import { postgresDatabase, type Query, writingDatabase } from "./postgresDatabase.ts";

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`, with the parameters of libpq. */
  url: string;
  /** At least 2. */
  connections: number;
  /** Of this process, and of no other before or after. */
  nodeId: string;
  /** `own` for a virtual clock, or one that runs faster. */
  clock: "real" | "own";
  /** The version of the program. */
  version: string;
  /** Told when a newer program has changed the database so that this one may not go on: the process must end. */
  onExcluded: (error: unknown) => void;
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
  const { url, nodeId, log, clock, onExcluded } = options;
  const pool = readerPool(url, options.connections - 1);
  const program = { version: options.version, schema: knownSchema(), engineFormat: ENGINE_FORMAT };
  const node = new Node({ pool, id: nodeId, clock, program, onExcluded, log });
  let isKnown = false;
  try {
    await prepare(options, node);
    isKnown = true;
    await node.start();
    await requireClocksToAgree(node, clock);
  } catch (error) {
    if (isKnown) await node.stop();
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
    connect: () => knownWriter(options),
    transactionOn(query, later) {
      const { db, flush } = writingDatabase(query, { node: nodeId, later });
      return { tx: transactionOn(db, listeners), flush };
    },
    afterCommit() {
      if (notified.size === 0) return;
      const receivers = notified;
      notified = new Set();
      notificationsListener(receivers);
    },
    onUnknown: () => node.mayOwnUnknown(),
  });

  return {
    claims: claims(readers, node, nodeId),
    now: () => node.now(),
    refusal: () => group.refusal(),
    whenWritable: () => wallClock.pause(PATIENCE_MS),
    read: (work) => work(committed),
    transaction: (work, about) =>
      closing ? Promise.reject(new Error("the store is closed")) : group.add(work, about ?? null),
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

/** How far apart a database that is away is tried at the start. */
const AWAY_MS = 1_000;

/**
 * Makes the schema, and the process known to the others. Waits for a database that is away, for as long as that takes, and
 * gives an older process that was killed a moment ago its lease.
 */
async function prepare({ url, log }: PostgresStoreOptions, node: Node): Promise<void> {
  let isTold = false;
  let giveUpAt: number | null = null;
  for (;;) {
    const failed = await prepareOnce(url, node).then(
      () => null,
      (error: Error) => error,
    );
    if (failed === null) break;
    if (isAway(failed)) {
      if (!isTold) log(`${failed.message}. signalbox waits for it, and takes no requests until it is there.`);
      isTold = true;
      await wallClock.pause(AWAY_MS);
      continue;
    }
    giveUpAt ??= wallClock.elapsedMs() + LEASE_MS + 1_000;
    const mayWait = failed instanceof OlderProgramError || mayPass(failed);
    if (!mayWait || wallClock.elapsedMs() > giveUpAt) throw failed;
    await wallClock.pause(PATIENCE_MS);
  }
  if (isTold) log("the database can be reached");
}

async function prepareOnce(url: string, node: Node): Promise<void> {
  const client = await reachable(connectOnce(url));
  try {
    await requireDurableCommits(client);
    await migrate(client, () => node.join(client));
  } finally {
    await client.end().catch(() => {});
  }
}

async function knownWriter({ url, idleMs, onExcluded }: PostgresStoreOptions): Promise<Connection> {
  const client = await connectWriter(url, idleMs ?? IDLE_MS);
  try {
    await announceWriter(client);
    return sentTogether(client);
  } catch (error) {
    await client.end();
    if (error instanceof NewerSchemaError) onExcluded(error);
    throw error;
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

/** How this program connects to PostgreSQL, and what its errors mean. */
import { Client, DatabaseError, Pool } from "pg";
import { type Answer, resultTypes, type Statement } from "./postgresDatabase.ts";

/** The database cannot be used as it is set up; the message is for the person who runs the program. */
export class DatabaseSetupError extends Error {}

const CONNECT_TIMEOUT_MS = 5_000;
/** A statement that takes longer is given up on both sides: requests must not wait for a database that has gone silent. */
const STATEMENT_TIMEOUT_MS = 20_000;

function options(url: string) {
  return {
    connectionString: url,
    application_name: "signalbox",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: resultTypes,
  };
}

/**
 * A connection for writing. `idleMs` is how long the server keeps a transaction, and its locks, whose process has gone
 * silent in the midst of it.
 */
export async function connectWriter(url: string, idleMs: number): Promise<Client> {
  const client = new Client({
    ...options(url),
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
    idle_in_transaction_session_timeout: idleMs,
    // Statements are sent before those before them are answered: most of a turn is one way to the server and back.
    pipeline: true,
  });
  // Whoever waits for a query hears of it there.
  client.on("error", () => {});
  await client.connect();
  try {
    // Again each time: a server may come back with other settings.
    await requireDurableCommits(client);
    await client.query(WITHOUT_SCANS, [SCANS]);
  } catch (error) {
    await client.end();
    throw error;
  }
  return client;
}

/** The part of the driver's client that it has no name for. */
interface WithStream {
  connection: { stream: { cork(): void; uncork(): void } };
}

/**
 * What is sent in one moment leaves as one write, whatever number of statements it is: each write wakes the server, which
 * costs either side more than a statement does. The statements that are held back until then (`statementBuffer`) go with
 * what was sent before them.
 */
export function sentTogether(client: Pick<Client, "query" | "end">) {
  const { stream } = (client as unknown as WithStream).connection;
  let isHeld = false;
  const hold = () => {
    if (isHeld) return;
    isHeld = true;
    stream.cork();
    // The second turn comes behind what the buffer sends in the first.
    process.nextTick(() =>
      process.nextTick(() => {
        isHeld = false;
        stream.uncork();
      }),
    );
  };
  return {
    query(statement: string | Statement): Promise<Answer> {
      hold();
      return client.query(statement);
    },
    end: () => client.end(),
  };
}

/**
 * What a transaction asks for is found by an index. A server that has last seen no events and effects, as is mostly so, takes
 * it that to read their tables whole costs less, and still does when thousands wait there, or are gone and not cleaned up.
 * Nor is any statement worth compiling.
 */
const SCANS = ["enable_seqscan", "jit"];
const WITHOUT_SCANS = "select set_config(name, 'off', false) from pg_settings where name = any ($1)";

export function readerPool(url: string, size: number): Pool {
  const pool = new Pool({
    ...options(url),
    max: size,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
  });
  pool.on("error", () => {});
  return pool;
}

/** One for the schema, whose statements may take as long as they need. */
export async function connectOnce(url: string): Promise<Client> {
  const client = new Client(options(url));
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** What goes wrong at the very start is told to the person who starts the program. */
export async function reachable(connecting: Promise<Client>): Promise<Client> {
  try {
    return await connecting;
  } catch (error) {
    throw new DatabaseSetupError(`The database cannot be reached: ${reasonOf(error as NodeJS.ErrnoException)}`, {
      cause: error,
    });
  }
}

/** A refused connection to a name with two addresses has no message of its own. */
const reasonOf = ({ code, message }: NodeJS.ErrnoException): string => message || String(code);

/** Nobody is there, or nobody yet: the server starts, or the name of its machine is not known yet. */
const AWAY_CODES = [
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN"],
  ...["ENOTFOUND", "EAI_AGAIN"],
  // Its socket in the file system.
  "ENOENT",
];
/** What the driver says without a code. */
const AWAY_MESSAGE = /^timeout expired$|^Connection terminated/;

/** Whether the start of a process may wait for this to pass; a wrong password or a missing database does not. */
export function isAway(error: unknown): boolean {
  const { code = "", message, cause } = error as NodeJS.ErrnoException;
  if (error instanceof DatabaseSetupError) return cause !== undefined && isAway(cause);
  // It starts or stops, or has no room for one more.
  if (error instanceof DatabaseError) return /^(08|57P|53300)/.test(code);
  return AWAY_CODES.includes(code) || AWAY_MESSAGE.test(message);
}

/** What each setting does while it is off, and what to do about it. */
const NEEDED_FOR_DURABILITY = {
  synchronous_commit:
    "acknowledges commits before they are on the disk (synchronous_commit is off); turn it on for signalbox's role: alter role … set synchronous_commit = on",
  fsync: "never waits for the disk (fsync is off); turn it on for the server: alter system set fsync = on",
  full_page_writes:
    "cannot mend a page that a loss of power has torn (full_page_writes is off); turn it on for the server: alter system set full_page_writes = on",
};

/**
 * A commit that is not on the disk when it is acknowledged, or that a loss of power may damage there, would break every
 * promise that is made after it.
 */
export async function requireDurableCommits(client: Pick<Client, "query">): Promise<void> {
  const names = Object.keys(NEEDED_FOR_DURABILITY);
  const { rows } = await client.query("select name, setting from pg_settings where name = any ($1)", [names]);
  for (const [name, problem] of Object.entries(NEEDED_FOR_DURABILITY)) {
    const isOff = rows.some((row) => row.name === name && row.setting === "off");
    if (isOff) throw new DatabaseSetupError(`The database ${problem}.`);
  }
}

/** Whether the connection is gone, or the server is; anything else is the answer to one statement. */
export function isConnectionLoss(error: unknown): boolean {
  return !(error instanceof DatabaseError) || error.severity === "FATAL" || /^(08|57P)/.test(error.code ?? "");
}

/** Another transaction was in the way: the same work may succeed if it is done again. */
export function mayPass(error: unknown): boolean {
  return error instanceof DatabaseError && /^(40001|40P01|55P03)$/.test(error.code ?? "");
}

/** Another transaction has written what this one took for free: done again, it is seen. */
export function isTaken(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "23505";
}

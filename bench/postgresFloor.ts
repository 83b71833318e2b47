/**
 * The floor under the engine on PostgreSQL: the rows of a turn written by the server alone. A statement writes the rows of
 * a whole batch, which the server makes up by itself; nothing is decided, read or sent. Each of a few connections has
 * deployments of its own and commits one batch after the other, as pgbench does with a script. The tables are copies, with
 * all indexes and rows, so that the engine finds nothing of it.
 */
import { Client } from "pg";
import { executeOn, type Installation, settle } from "./installation.ts";

/** As large as those of a Lambda deployment in the middle of its course. */
const STATE = JSON.stringify({ state: "x".repeat(310) });
const TARGET = JSON.stringify({ target: "x".repeat(670) });
const TOLD = JSON.stringify({ told: "x".repeat(280) });
const EFFECT = JSON.stringify({ effect: "x".repeat(160) });
const EVENT = JSON.stringify({ event: "x".repeat(150) });

/** Turns in a commit, and connections: where one more of either makes no more turns a second. */
const BATCH = 85;
const CONNECTIONS = 4;

const OWN = "n between $1::bigint and $1::bigint + $2::bigint - 1";
const RANGE = "generate_series($1::bigint, $1::bigint + $2::bigint - 1) as n";

/**
 * The state of each, which as in most turns is in no index; what it was told, and the effect that it wants, which takes the
 * place of its last.
 */
const THREE_ROWS: [string, ...unknown[]][] = [
  [`update floor_deployment set state = $3, version = version + 1, update_time = update_time + 1 where ${OWN}`, STATE],
  [
    `insert into floor_history (deployment_n, version, body) select n, version, $3 from floor_deployment where ${OWN}`,
    TOLD,
  ],
  [
    `insert into floor_effect (deployment_n, key, attempt, attempt_at, body) select n, 'floor', 1, 1, $3 from ${RANGE}
     on conflict (deployment_n, key) do update set body = excluded.body, attempt = floor_effect.attempt + 1`,
    EFFECT,
  ],
];

/** And the event that comes and is taken, and the target. */
const ALL_ROWS: typeof THREE_ROWS = [
  [`insert into floor_inbox (deployment_n, body) select n, $3 from ${RANGE}`, EVENT],
  ...THREE_ROWS,
  [
    `insert into floor_target (deployment_n, target_id, status, body) select n, 'floor', 'InProgress', $3 from ${RANGE}
     on conflict (deployment_n, target_id) do update set body = excluded.body`,
    TARGET,
  ],
  [`delete from floor_inbox where deployment_n between $1::bigint and $1::bigint + $2::bigint - 1`],
];

export interface FloorRates {
  /** Turns a second, three rows each. */
  threeRows: number;
  /** And with all rows of a turn. */
  allRows: number;
}

const TABLES = ["deployment", "history", "effect", "inbox", "target"];

/** Copies what is there; to be called once, before it is measured. */
export async function preparePostgresFloor(installation: Installation): Promise<void> {
  await executeOn(
    installation,
    TABLES.flatMap((table) => [
      `create table floor_${table} (like ${table} including all)`,
      `insert into floor_${table} select * from ${table}`,
    ]),
  );
  await settle(installation);
}

/** `first` is the number of a deployment, from which on as many as `BATCH * CONNECTIONS` follow without a gap. */
export async function postgresFloor({ databaseUrl }: Installation, first: number, ms: number): Promise<FloorRates> {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = new Client({ connectionString: databaseUrl ?? "", pipeline: true });
      await client.connect();
      return client;
    }),
  );
  const rate = async (statements: typeof THREE_ROWS) => {
    const start = performance.now();
    const counts = await Promise.all(
      clients.map((client, index) => commitAgainAndAgain(client, statements, first + index * BATCH, start + ms)),
    );
    return (counts.reduce((total, count) => total + count, 0) * BATCH * 1000) / (performance.now() - start);
  };
  const rates = { threeRows: await rate(THREE_ROWS), allRows: await rate(ALL_ROWS) };
  await Promise.all(clients.map((client) => client.end()));
  return rates;
}

async function commitAgainAndAgain(client: Client, statements: typeof THREE_ROWS, first: number, until: number) {
  let commits = 0;
  while (performance.now() < until) {
    const texts = ["begin", ...statements, "commit"];
    await Promise.all(
      texts.map((each) => {
        if (typeof each === "string") return client.query(each);
        const [text, ...values] = each;
        return client.query({ name: text.slice(0, 60), text, values: [first, BATCH, ...values] });
      }),
    );
    commits += 1;
  }
  return commits;
}

/** One node on SQLite, which holds everything; or two nodes on one PostgreSQL, with Lambda and CloudWatch in a third. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TortureNode } from "./nodes.ts";

export interface Mode {
  /** How many times faster than real time runs. */
  speed: number;
  /** Of deployment configurations, by name; a name that stands twice is drawn twice as often. */
  paces: readonly [string, ...string[]];
  /** How long an alarm is red, so that it is seen. */
  redMs: number;
  /** Whether the processes of functions die with the nodes: few then, since they start anew each time. */
  functionsDie: boolean;
  /** A node that wakes up may repeat what another has delivered meanwhile; and an answer may be that the database is away. */
  shared: boolean;
}

/** A minute of a canary is three seconds; faster, and invocations that are throttled come again too soon. */
export const alone: Mode = {
  speed: 20,
  paces: ["canary", "canary", "linear", "all"],
  redMs: 3000,
  functionsDie: true,
  shared: false,
};

/** Processes that share a database share its time. */
export const together: Mode = {
  speed: 1,
  paces: ["all", "all", "all", "canary"],
  redMs: 3000,
  functionsDie: false,
  shared: true,
};

export interface Started {
  /** What is killed. */
  nodes: TortureNode[];
  /** Where Lambda and CloudWatch are. */
  services: string;
}

interface Where {
  folder: string;
  receiver: { url: string; host: string };
  owner: { after(end: () => Promise<void>): void };
  /** `null` for SQLite. */
  databaseUrl: string | null;
}

export async function startNodes({ folder, receiver, owner, databaseUrl }: Where): Promise<Started> {
  const start = async (name: string, flags: Record<string, string>): Promise<TortureNode> => {
    const node = await TortureNode.start({ "data-dir": join(folder, name), ...flags });
    owner.after(() => node.kill9());
    return node;
  };
  const told = { webhook: receiver.url, "allow-outgoing": receiver.host };
  if (databaseUrl === null) {
    const node = await start("data", { ...told, speed: String(alone.speed) });
    return { nodes: [node], services: node.url };
  }
  const { url } = await start("services", {});
  const keyFile = join(folder, "secrets.key");
  writeFileSync(keyFile, randomBytes(32));
  const flags = {
    ...told,
    "database-url": databaseUrl,
    "secrets-key-file": keyFile,
    endpoint: `lambda=${url},cloudwatch=${url}`,
    "alarm-poll": "1s",
  };
  return { nodes: [await start("first", flags), await start("second", flags)], services: url };
}

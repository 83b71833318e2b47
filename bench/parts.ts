/** The parts of the bench: what each measures, and on which store. */
import type { Part } from "./bench.ts";

interface PartFamily {
  says: string;
  on: readonly ("embedded" | "postgres")[];
  /** Loaded when its turn comes: a part that is left out costs nothing. */
  load(): Promise<Part>;
}

const EMBEDDED = ["embedded"] as const;
const POSTGRES = ["postgres"] as const;
const BOTH = ["embedded", "postgres"] as const;

const families: Record<string, PartFamily> = {
  a: { says: "requests a second", on: BOTH, load: async () => (await import("./requests.ts")).requests },
  b: {
    says: "durable turns of the engine a second",
    on: BOTH,
    load: async () => (await import("./transitions.ts")).transitions,
  },
  c: {
    says: "from a report to the next step with 10,000 active deployments, memory, idle CPU",
    on: BOTH,
    load: async () => (await import("./reports.ts")).reports,
  },
  d: { says: "start-up time and idle memory", on: BOTH, load: async () => (await import("./startUp.ts")).startUp },
  e: {
    says: "invocations of functions, cold and warm",
    on: EMBEDDED,
    load: async () => (await import("./invocations.ts")).invocations,
  },
  f: {
    says: "pages of a long list, and what a finished deployment weighs",
    on: BOTH,
    load: async () => (await import("./lists.ts")).lists,
  },
  g: {
    says: "durable creations a second",
    on: EMBEDDED,
    load: async () => (await import("./creations.ts")).creations,
  },
  h: {
    says: "10,000 notifications while their receiver is down",
    on: EMBEDDED,
    load: async () => (await import("./notifications.ts")).notifications,
  },
  i: {
    says: "alarms of 10,000 deployments: what looking costs, and from red to traffic back",
    on: EMBEDDED,
    load: async () => (await import("./alarms.ts")).alarms,
  },
  j: {
    says: "a deployment's cost and memory beside 1,000, 10,000 and 50,000 active ones, disk syncs",
    on: BOTH,
    load: async () => (await import("./manyActive.ts")).manyActive,
  },
  k: {
    says: "start with 50,000 active deployments: answering, memory",
    on: BOTH,
    load: async () => (await import("./fullStart.ts")).fullStart,
  },
  l: {
    says: "kill -9 of one of two nodes, until the other has gone on with its work",
    on: POSTGRES,
    load: async () => (await import("./takeOverTime.ts")).takeOverTime,
  },
  m: {
    says: "memory over an hour of virtual time with 100,000 deployments",
    on: BOTH,
    load: async () => (await import("./memoryOverAnHour.ts")).memoryOverAnHour,
  },
  n: {
    says: "requests a second with 1, 2 and 3 nodes on one database",
    on: POSTGRES,
    load: async () => (await import("./nodes.ts")).nodes,
  },
  o: {
    says: "start with 50,000 deployments that fell due meanwhile, until all have turned",
    on: BOTH,
    load: async () => (await import("./fullStart.ts")).overdueStart,
  },
  t: {
    says: "200 tasks of the embedded ECS: until they run, memory, what is left of them",
    on: EMBEDDED,
    load: async () => (await import("./ecsTasks.ts")).ecsTasks,
  },
  p: {
    says: "requests through a listener of the load balancer, beside nginx and HAProxy where they are installed",
    on: EMBEDDED,
    load: async () => (await import("./balancing.ts")).balancing,
  },
  u: {
    says: "what fails of 1,000 requests a second during ten blue/green deployments, good and bad",
    on: EMBEDDED,
    load: async () => (await import("./deployingUnderLoad.ts")).deployingUnderLoad,
  },
};

export interface NamedPart {
  /** Its family's letter, on PostgreSQL with `-pg`. */
  name: string;
  onPostgres: boolean;
  load(): Promise<Part>;
}

export const parts: NamedPart[] = Object.entries(families).flatMap(([letter, { on, load }]) =>
  on.map((store) => {
    const onPostgres = store === "postgres";
    return { name: onPostgres ? `${letter}-pg` : letter, onPostgres, load };
  }),
);

/** A line for each family. */
export const partsText = Object.entries(families)
  .map(([letter, { says, on }]) => {
    const names = on.map((store) => (store === "postgres" ? `${letter}-pg` : letter)).join(", ");
    return `  ${names.padEnd(8)}  ${says}`;
  })
  .join("\n");

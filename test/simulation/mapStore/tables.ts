/** What the store of the simulation keeps: rows in maps, and how a transaction changes them. */
import type { Told } from "../../../src/engine/decisions.ts";
import { type DeploymentEvent, hasEnded } from "../../../src/engine/deployment.ts";
import type { ApplicationRecord } from "../../../src/resources/application.ts";
import type { DeploymentConfigRecord } from "../../../src/resources/deploymentConfig.ts";
import type { DeploymentGroupRecord } from "../../../src/resources/deploymentGroup.ts";
import type { RevisionRecord } from "../../../src/resources/revision.ts";
import type {
  AuditEntry,
  OwedEffect,
  Scope,
  Stored,
  StoredNotification,
  TurnRecord,
} from "../../../src/store/store.ts";
import { type Rows, Table, type WritableRows } from "./table.ts";

export interface DeploymentRow {
  n: number;
  record: TurnRecord;
  updatedAt: number;
}

export interface InboxRow {
  n: number;
  deploymentN: number;
  once: string | undefined;
  event: DeploymentEvent;
}

type NumberKind = "application" | "group" | "deployment" | "event" | "notification" | "audit";

export const isUnderWay = ({ state: { status } }: TurnRecord): boolean => !hasEnded(status) && status !== "Queued";

/** The one value of an index over all the rows that are in it. */
export const IN = 1;
const isIn = (is: boolean) => (is ? IN : null);

export const emptyTables = () => ({
  /** The last number that each kind of row was given. */
  numbers: new Table<NumberKind, number>(),
  installation: new Table<string, string>(),
  audit: new Table<number, Scope & { entry: Stored<AuditEntry> }>(),
  applications: new Table<number, Scope & { application: Stored<ApplicationRecord> }>({
    name: ({ application }) => application.applicationName,
  }),
  /** By scope and name. */
  deploymentConfigs: new Table<string, Scope & { config: DeploymentConfigRecord }>(),
  deploymentGroups: new Table<number, { applicationN: number; group: Stored<DeploymentGroupRecord> }>({
    application: ({ applicationN }) => applicationN,
    name: ({ applicationN, group }) => keyOf(applicationN, group.deploymentGroupName),
  }),
  /** By application and identity. */
  revisions: new Table<string, { applicationN: number; revision: RevisionRecord }>(),
  /** Values by key, by the resource's id. */
  tags: new Table<string, ReadonlyMap<string, string>>(),
  deployments: new Table<number, DeploymentRow>({
    group: ({ record }) => record.groupN,
    underWay: ({ record }) => isIn(isUnderWay(record)),
    timed: ({ record }) => isIn(record.wakeAt !== null),
    wakeAt: ({ record }) => record.wakeAt,
  }),
  /** Numbers by scope and id. */
  deploymentNumbers: new Table<string, number>(),
  /** What each turn was told, in their order, by deployment. */
  history: new Table<number, readonly { version: number; told: readonly Told[] }[]>(),
  inbox: new Table<number, InboxRow>({ deployment: ({ deploymentN }) => deploymentN }),
  /** By deployment and key. */
  effects: new Table<string, OwedEffect>({ deployment: ({ deploymentN }) => deploymentN }),
  notifications: new Table<number, StoredNotification>({
    owedIn: ({ state, stream }) => (state === "owed" ? stream : null),
    timedFor: ({ nextAt, receiver }) => (nextAt === null ? null : receiver),
    nextAt: ({ nextAt }) => nextAt,
  }),
});

export type Tables = ReturnType<typeof emptyTables>;

type RowsOf<Each> = Each extends Table<infer Key, infer Row> ? Rows<Key, Row> : never;
type WritableRowsOf<Each> = Each extends Table<infer Key, infer Row> ? WritableRows<Key, Row> : never;

/** Where the nouns of the port read, and where they write. */
export interface Access {
  /** As they are now, the transaction's own writes among them. */
  tables: { readonly [Name in keyof Tables]: RowsOf<Tables[Name]> };
  /** The table of that name to be written to. */
  write<Name extends keyof Tables>(name: Name): WritableRowsOf<Tables[Name]>;
}

/** The tables as a transaction sees and changes them. */
export function draftOf(tables: Tables): Access {
  const drafts = each(tables, ({ draft }) => draft) as { [Name in keyof Tables]: WritableRowsOf<Tables[Name]> };
  return { tables: drafts as Access["tables"], write: (name) => drafts[name] };
}

/** The committed tables, for who only reads. */
export function readerOf(tables: Tables): Access {
  return {
    tables: each(tables, ({ committed }) => committed) as Access["tables"],
    write(name) {
      throw new Error(`a reader writes to ${name}`);
    },
  };
}

function each(tables: Tables, side: (table: Table<unknown, unknown>) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [name, side(table as unknown as Table<unknown, unknown>)]),
  );
}

/** A number that no row of the kind has had. */
export function nextNumber(access: Access, kind: NumberKind): number {
  const n = (access.tables.numbers.get(kind) ?? 0) + 1;
  access.write("numbers").set(kind, n);
  return n;
}

export const inScope = (row: Scope, { accountId, region }: Scope): boolean =>
  row.accountId === accountId && row.region === region;

export const keyOf = (...parts: (string | number)[]): string => parts.join("\n");

/** What a column of JSON would give back, shared by all who read it: who changes it is told so by an error. */
export function kept<T>(value: T): T {
  if (value === null || typeof value !== "object" || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item) => kept(item ?? null))) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const item: unknown = value[key];
    if (item !== undefined) copy[key] = kept(item);
  }
  return Object.freeze(copy) as T;
}

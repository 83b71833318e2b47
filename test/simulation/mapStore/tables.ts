/** What the store of the simulation keeps: rows in maps, and how a transaction changes them. */
import type { Told } from "../../../src/engine/decisions.ts";
import type { DeploymentEvent } from "../../../src/engine/deployment.ts";
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

export interface Tables {
  /** The last number that each kind of row was given. */
  numbers: Map<"application" | "group" | "deployment" | "event" | "notification" | "audit", number>;
  installation: Map<string, string>;
  audit: Map<number, Scope & { entry: Stored<AuditEntry> }>;
  applications: Map<number, Scope & { application: Stored<ApplicationRecord> }>;
  /** By scope and name. */
  deploymentConfigs: Map<string, Scope & { config: DeploymentConfigRecord }>;
  deploymentGroups: Map<number, { applicationN: number; group: Stored<DeploymentGroupRecord> }>;
  /** By application and identity. */
  revisions: Map<string, { applicationN: number; revision: RevisionRecord }>;
  /** Values by key, by the resource's id. */
  tags: Map<string, ReadonlyMap<string, string>>;
  deployments: Map<number, { record: TurnRecord; updatedAt: number }>;
  /** Numbers by scope and id. */
  deploymentNumbers: Map<string, number>;
  /** What each turn was told, by deployment and then by version. */
  history: Map<number, ReadonlyMap<number, readonly Told[]>>;
  inbox: Map<number, { deploymentN: number; once: string | undefined; event: DeploymentEvent }>;
  /** By deployment and key. */
  effects: Map<string, OwedEffect>;
  notifications: Map<number, StoredNotification>;
}

export const emptyTables = (): Tables => ({
  numbers: new Map(),
  installation: new Map(),
  audit: new Map(),
  applications: new Map(),
  deploymentConfigs: new Map(),
  deploymentGroups: new Map(),
  revisions: new Map(),
  tags: new Map(),
  deployments: new Map(),
  deploymentNumbers: new Map(),
  history: new Map(),
  inbox: new Map(),
  effects: new Map(),
  notifications: new Map(),
});

/** Where the nouns of the port read, and where they write. */
export interface Access {
  /** As they are now, the transaction's own writes among them. */
  tables: Tables;
  /** The table of that name to be written to. */
  write<Name extends keyof Tables>(name: Name): Tables[Name];
}

/**
 * Tables as a transaction leaves them. What it writes to is copied first, so that readers go on with what is committed, and
 * a transaction that fails leaves nothing to take back. The tables of a simulation are small.
 */
export function draftOf(committed: Tables): Access {
  const tables = { ...committed };
  return {
    tables,
    write(name) {
      if (tables[name] === committed[name]) Object.assign(tables, { [name]: new Map(committed[name] as never) });
      return tables[name];
    },
  };
}

/** The committed tables, for who only reads. */
export function readerOf(current: () => Tables): Access {
  return {
    get tables() {
      return current();
    },
    write(name) {
      throw new Error(`a reader writes to ${name}`);
    },
  };
}

/** A number that no row of the kind has had. */
export function nextNumber(access: Access, kind: Parameters<Tables["numbers"]["get"]>[0]): number {
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
  for (const key of Object.keys(value)) {
    const item: unknown = value[key as keyof T];
    if (item !== undefined) copy[key] = kept(item);
  }
  return Object.freeze(copy) as T;
}

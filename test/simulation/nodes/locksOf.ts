/** What each statement of a writing transaction locks, by noun and method, as `store/statements` says it to PostgreSQL. */
import { hasEnded } from "../../../src/engine/deployment.ts";
import type { Notification } from "../../../src/engine/notifications/notification.ts";
import type { Transaction, TurnRecord } from "../../../src/store/store.ts";
import { type Access, keyOf } from "../mapStore/tables.ts";

type LocksOf = {
  [Noun in keyof Transaction]?: {
    [Method in keyof Transaction[Noun]]?: Transaction[Noun][Method] extends (...args: infer Args) => unknown
      ? (tables: Access["tables"], ...args: Args) => string[]
      : never;
  };
};

const deployment = (n: number) => `deployment ${n}`;
const effect = (n: number, key: string) => `effect ${keyOf(n, key)}`;
const stream = (name: string) => `stream ${name}`;
export const effectLock = effect;
export const deploymentLock = deployment;
export const notificationLock = (n: number) => `notification ${n}`;

/** The place in the index of what is under way in a group. */
const placeInGroup = (groupN: number, status: string) =>
  hasEnded(status) || status === "Queued" ? [] : [`under way in ${groupN}`];

const withStream = (tables: Access["tables"], notification: Notification & { n: number }) => {
  const rows = tables.notifications.where("owedIn", notification.stream);
  return [stream(notification.stream), ...rows.map(({ n }) => notificationLock(n))];
};

export const LOCKS: LocksOf = {
  deployments: {
    find({ deploymentNumbers }, { accountId, region }, deploymentId) {
      const n = deploymentNumbers.get(keyOf(accountId, region, deploymentId));
      return n === undefined ? [] : [deployment(n)];
    },
    load: (_, n) => [deployment(n)],
    save({ deployments }, n, _version, { state }) {
      const was: TurnRecord | undefined = deployments.get(n)?.record;
      const begins = was?.state.status === "Queued" ? placeInGroup(was.groupN, state.status) : [];
      return [deployment(n), ...begins];
    },
    insert: (_, _plan, { state }, _applicationN, groupN) => placeInGroup(groupN, state.status),
    queuedIn: (_, groupN) => [`group ${groupN}`],
    queuedInApplication: (_, applicationN) => [`application ${applicationN}`],
  },
  inbox: {
    append: (_, n) => [deployment(n)],
  },
  effects: {
    insert: (_, n, effects) => effects.map(({ key }) => effect(n, key)),
    remove: (_, n, key) => [effect(n, key)],
    removeOthers: ({ effects }, n, awaitedKey) =>
      effects
        .where("deployment", n)
        .flatMap(({ deploymentN, effect: { key } }) =>
          deploymentN === n && key !== awaitedKey ? [effect(n, key)] : [],
        ),
    postpone: (_, n, key) => [effect(n, key)],
  },
  notifications: {
    insert: (_, added) => added.map((one) => stream(one.stream)),
    delivered: withStream,
    giveUp: withStream,
    postpone: (_, { n }) => [notificationLock(n)],
    hurry: ({ notifications }, receiver, now) =>
      notifications
        .where("timedFor", receiver)
        .flatMap(({ n, receiver: own, nextAt }) =>
          own === receiver && nextAt !== null && nextAt > now ? [notificationLock(n)] : [],
        ),
  },
  deploymentGroups: {
    find({ deploymentGroups }, applicationN, name) {
      const [found] = deploymentGroups.where("name", keyOf(applicationN, name));
      return found ? [`group ${found.group.n}`] : [];
    },
    update: (_, n) => [`group ${n}`],
  },
  revisions: {
    find: (_, applicationN, identity) => [`revision ${keyOf(applicationN, identity)}`],
    put: (_, applicationN, { identity }) => [`revision ${keyOf(applicationN, identity)}`],
  },
  installation: {
    keep: (_, name) => [`installation ${name}`],
  },
};

/** Random commands over the store's port, for a test that lets two stores follow them side by side. */
import fc from "fast-check";
import type { Notification } from "../../src/engine/notifications/notification.ts";
import { newDeployment } from "../../src/engine/step.ts";
import type { Store, Transaction } from "../../src/store/store.ts";
import { START, Story } from "../support/story.ts";
import { planOf, SCOPE } from "./store.contract.ts";

/** A row number that no row has. */
const NOBODY = 999_999;

/** What a store follows: `who` and `other` choose among few, so that commands meet each other's rows. */
export interface Command {
  verb: keyof typeof verbs;
  who: number;
  other: number;
  name: string;
}

/** Orders of bytes, of UTF-16 and of languages differ on these; a database may not take a NUL, or keep it apart. */
const NAMES = ["a", "B", "b", "Z", "é", "z", "ﬀ", "😀", "a\0b", "a\x01\x02b", "a\x01", "", "%", "a'?$1"];

/** What one transaction does. */
export interface Commands {
  together: Command[];
  isGivenUp: boolean;
  /** What is about different deployments is asked for at once, as turns do; what is about one comes in its order. */
  isSideBySide: boolean;
}

export const commands = (): fc.Arbitrary<Commands[]> => {
  const isGivenUp = fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0);
  const oneByOne = fc.array(commandOf(verbNames()), { minLength: 1, maxLength: 6 });
  const sideBySide = fc.array(commandOf(OF_ONE_DEPLOYMENT), { minLength: 4, maxLength: 24 });
  return fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ together: oneByOne, isGivenUp, isSideBySide: fc.constant(false) }) },
      { weight: 1, arbitrary: fc.record({ together: sideBySide, isGivenUp, isSideBySide: fc.constant(true) }) },
    ),
    { minLength: 10, maxLength: 60 },
  );
};

function commandOf(among: readonly (keyof typeof verbs)[]): fc.Arbitrary<Command> {
  return fc.record({
    verb: fc.constantFrom(...among),
    who: fc.nat(3),
    other: fc.nat(3),
    name: fc.constantFrom(...NAMES),
  });
}

function verbNames() {
  return Object.keys(verbs) as (keyof typeof verbs)[];
}

/** Those whose answer no other deployment changes. */
const OF_ONE_DEPLOYMENT: (keyof typeof verbs)[] = [
  "deployment.end",
  "deployment.load",
  "deployment.find",
  "inbox.append",
  "inbox.of",
  "inbox.take",
  "effect.insert",
  "effect.remove",
  "effect.removeOthers",
  "effect.postpone",
  "history.append",
  "history.of",
  "audit.append",
];

type Verb = (tx: Transaction, command: Command, world: World) => Promise<unknown>;

/** What one store was told, in terms that do not depend on its row numbers. */
export class World {
  #seen = new Map<string, number>();
  readonly deployments: { n: number; id: string }[] = [];
  made: number;

  /** Ids of deployments are counted from `made`, so that those of one run never come back in another. */
  constructor(made: number) {
    this.made = made;
  }

  /** Row numbers differ from store to store: they are shown by the order in which they were first seen. */
  shown(noun: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((member) => this.shown(noun, member));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        const isNumber = (key === "n" || key === "deploymentN") && typeof member === "number";
        return [key, isNumber ? this.#rank(key === "n" ? noun : key, member) : this.shown(noun, member)];
      }),
    );
  }

  #rank(noun: string, n: number): string {
    const key = `${noun.replace(/N$/, "")} ${n}`;
    if (!this.#seen.has(key)) this.#seen.set(key, this.#seen.size);
    return `#${this.#seen.get(key)}`;
  }

  /** Answers what takes back all that it learns from now on: a number that was taken back may be given again. */
  remember(): () => void {
    // One that was given up and the one after it have no id in common, but one that is run again has its own.
    this.made += 100;
    const { made } = this;
    const seen = new Map(this.#seen);
    const before = this.deployments.length;
    return () => {
      this.made = made;
      this.#seen = new Map(seen);
      this.deployments.length = before;
    };
  }

  newId(): string {
    return `d-${String(++this.made).padStart(9, "0")}`;
  }

  of(index: number): { n: number; id: string } {
    return this.deployments[index % Math.max(1, this.deployments.length)] ?? { n: NOBODY, id: "d-NOBODYYYY" };
  }
}

/** Follows one transaction, and tells what came of it. */
export async function follow(store: Store, world: World, { together, isGivenUp, isSideBySide }: Commands) {
  const told: unknown[] = [];
  const takeBack = world.remember();
  try {
    await store.transaction(async (tx) => {
      // A transaction may be run again.
      told.length = 0;
      takeBack();
      const answers = isSideBySide ? await askSideBySide(tx, together, world) : await askInOrder(tx, together, world);
      for (const command of together) {
        const noun = command.verb.split(".")[0] ?? "";
        told.push(world.shown(noun, answers.get(command)));
      }
      if (isGivenUp) throw new Error("given up");
    });
  } catch (error) {
    takeBack();
    told.push(isGivenUp && (error as Error).message === "given up" ? "given up" : "refused");
    if (told.at(-1) === "refused") return ["refused"];
  }
  return told;
}

async function askInOrder(tx: Transaction, together: readonly Command[], world: World) {
  const answers = new Map<Command, unknown>();
  for (const command of together) answers.set(command, await verbs[command.verb](tx, command, world));
  return answers;
}

async function askSideBySide(tx: Transaction, together: readonly Command[], world: World) {
  const each = Map.groupBy(together, ({ who }) => world.of(who).n);
  const asked = await Promise.allSettled([...each.values()].map((commands) => askInOrder(tx, commands, world)));
  return new Map(
    asked.flatMap((result) => {
      if (result.status === "rejected") throw result.reason;
      return [...result.value];
    }),
  );
}

const page = { after: null, limit: 5 };
const at = (command: Command) => START + command.other;

async function applicationN(tx: Transaction, { name }: Command): Promise<number> {
  return (await tx.applications.find(SCOPE, name))?.n ?? NOBODY;
}

function notification({ who, other, name }: Command): Notification {
  const receiver = `https://${who}.example`;
  const about = { deploymentId: null, kind: "webhook", body: "{}", subject: name } as const;
  return { ...SCOPE, ...about, receiver, stream: `${who}/${other}`, createdAt: START + other };
}

const noted = (tx: Transaction, { who }: Command) => tx.notifications.due(`https://${who}.example`, START + 9, 9);

const ended = new Story(planOf("d-AAAAAAAAA")).begin().moved(1).deployment;
const begun = new Story(planOf("d-AAAAAAAAA")).begin().deployment;

async function saveTurn(tx: Transaction, command: Command, world: World, deployment: typeof ended) {
  const { n } = world.of(command.who);
  const version = (await tx.deployments.load(n))?.version ?? 1;
  return tx.deployments.save(n, version - (command.name === "" ? 1 : 0), deployment, at(command), at(command));
}

const verbs = {
  "application.insert": (tx, { name, who }) =>
    tx.applications.insert(SCOPE, {
      applicationId: `${who}`,
      applicationName: name,
      computePlatform: "Lambda",
      createTime: START,
    }),
  "application.find": (tx, { name }) => tx.applications.find(SCOPE, name),
  "application.list": (tx, { name }) => tx.applications.list(SCOPE, { after: name, limit: 3 }),
  "application.reach": (tx, { who }) => tx.applications.reach(SCOPE, who),
  "application.delete": async (tx, command) => tx.applications.delete(await applicationN(tx, command)),
  "group.insert": async (tx, command) => {
    const names = {
      deploymentGroupId: command.name,
      deploymentGroupName: command.name,
      deploymentConfigName: "config",
    };
    const n = await applicationN(tx, command);
    if (n < NOBODY) await tx.deploymentGroups.insert(n, { ...names, serviceRoleArn: "role" } as never);
  },
  "group.find": async (tx, command) => tx.deploymentGroups.find(await applicationN(tx, command), command.name),
  "group.list": async (tx, command) => tx.deploymentGroups.list(await applicationN(tx, command), page),
  "group.usingConfig": (tx) => tx.deploymentGroups.usingConfig(SCOPE, "config"),
  "deployment.insert": async (tx, { who, other }, world) => {
    const plan = planOf(world.newId(), START + other);
    const n = await tx.deployments.insert(plan, newDeployment(plan, other === 3 ? "Queued" : "Created"), NOBODY, who);
    world.deployments.push({ n, id: plan.deploymentId });
  },
  "deployment.save": (tx, command, world) => saveTurn(tx, command, world, command.other < 2 ? begun : ended),
  "deployment.end": (tx, command, world) => saveTurn(tx, command, world, ended),
  "deployment.load": async (tx, { who }, world) => tx.deployments.load(world.of(who).n),
  "deployment.find": async (tx, { who }, world) => tx.deployments.find(SCOPE, world.of(who).id),
  "deployment.list": (tx, { who, other }) =>
    tx.deployments.list(
      SCOPE,
      other === 0 ? { groupN: who } : { createdFrom: START + 1, statuses: ["Created", "Succeeded"] },
      page,
    ),
  "deployment.under way": async (tx, { who }) => [
    await tx.deployments.activeIn(who),
    await tx.deployments.queuedIn(who),
    await tx.deployments.watching(),
    await tx.deployments.activeReach(SCOPE, who),
    await tx.deployments.activeWithConfig(SCOPE, "config"),
    (await tx.deployments.lastSuccessful(who))?.deploymentId,
    (await tx.deployments.lastAttempted(who))?.deploymentId,
  ],
  "deployment.due": async (tx, { other }) => [
    (await tx.deployments.due(START + other, 99)).length,
    await tx.deployments.nextDue(START + other),
    await tx.deployments.latestUpdate(),
  ],
  "inbox.append": async (tx, command, world) => {
    if (world.deployments.length === 0) return null;
    const once = command.other === 0 ? undefined : command.name;
    return tx.inbox.append(world.of(command.who).n, { type: "start", at: at(command) }, once);
  },
  "inbox.of": async (tx, { who }, world) => tx.inbox.of(world.of(who).n),
  "inbox.take": async (tx, { who, other }, world) => {
    const { n } = world.of(who);
    await tx.inbox.remove(n, (await tx.inbox.of(n))[other]?.n ?? 0);
    return tx.inbox.of(n);
  },
  "inbox.remove": async (tx, { who }, world) => {
    const { n } = world.of(who);
    await tx.inbox.remove(n, (await tx.inbox.of(n))[0]?.n ?? 0);
    return (await tx.inbox.waiting()).length;
  },
  "effect.insert": async (tx, { who, name }, world) => {
    const effect = { key: name, type: "readAlias", functionName: "shop", alias: name } as const;
    if (world.deployments.length > 0) await tx.effects.insert(world.of(who).n, [effect], START);
  },
  "effect.remove": async (tx, { who, name }, world) => tx.effects.remove(world.of(who).n, name),
  "effect.removeOthers": async (tx, { who, other, name }, world) =>
    tx.effects.removeOthers(world.of(who).n, other === 0 ? null : name),
  "effect.postpone": async (tx, { who, other, name }, world) =>
    tx.effects.postpone(world.of(who).n, name, other, START),
  "effect.all": (tx) => tx.effects.all(),
  "history.append": async (tx, { who, other }, world) => {
    const told = new Story(planOf("d-AAAAAAAAA")).begin().told;
    const known = await tx.history.of(world.of(who).n);
    await tx.history.append(world.of(who).n, known.length + 10, told.slice(0, other));
  },
  "history.of": async (tx, { who }, world) => tx.history.of(world.of(who).n),
  "notification.insert": (tx, command) => tx.notifications.insert([notification(command), notification(command)]),
  "notification.due": async (tx, command) => [await noted(tx, command), await tx.notifications.receivers()],
  "notification.nextDue": (tx, { other }) => tx.notifications.nextDue(START + other),
  "notification.end": async (tx, command) => {
    for (const one of (await noted(tx, command)).slice(0, 2)) {
      if (command.other === 0) await tx.notifications.delivered(one, at(command));
      else if (command.other === 1) await tx.notifications.postpone(one, START + 20, command.name);
      else await tx.notifications.giveUp(one, command.name, at(command));
    }
  },
  "notification.hurry": (tx, command) => tx.notifications.hurry(`https://${command.who}.example`, at(command)),
  "notification.list": (tx, { other }) =>
    tx.notifications.list(SCOPE, other === 0 ? "dead" : "owed", { after: null, limit: 50 }),
  "notification.retry": async (tx, command) => {
    const [dead] = await tx.notifications.list(SCOPE, "dead", page);
    return tx.notifications.retry(SCOPE, command.other === 0 ? null : (dead?.n ?? 1), at(command));
  },
  "tags.put": (tx, { name, who }) => tx.tags.put(`${who}`, [{ Key: name, Value: name }]),
  "tags.remove": (tx, { name, who }) => tx.tags.remove(`${who}`, [name]),
  "tags.of": (tx, { who }) => tx.tags.of(`${who}`),
  "instance.put": (tx, { name, who }) =>
    tx.onPremisesInstances.put(SCOPE, {
      instanceName: name,
      instanceArn: name,
      iamUserArn: `${who}`,
      registerTime: START,
      ...(who === 0 ? { deregisterTime: START } : {}),
    } as never),
  "instance.find": (tx, { name, who }) =>
    Promise.all([tx.onPremisesInstances.find(SCOPE, name), tx.onPremisesInstances.registeredWith(SCOPE, `${who}`)]),
  "instance.tag": (tx, { name, other }) =>
    tx.onPremisesInstances.putTags(SCOPE, name, [{ Key: `${other}`, Value: name }]),
  "instance.list": (tx, { name, who, other }) =>
    tx.onPremisesInstances.list(
      SCOPE,
      {
        registered: who === 0 ? null : who === 1,
        tags:
          other === 0
            ? []
            : [
                { key: `${other}`, value: undefined },
                { key: undefined, value: name },
              ],
      } as never,
      page,
    ),
  "token.put": (tx, { name }) => tx.gitHubTokens.put(SCOPE, name, name),
  "token.delete": (tx, { name }) => tx.gitHubTokens.delete(SCOPE, name),
  "token.list": async (tx, { name }) => [
    await tx.gitHubTokens.list(SCOPE, page),
    await tx.gitHubTokens.find(SCOPE, name),
  ],
  "installation.keep": async (tx, { name, who }) => [
    await tx.installation.keep(name, `${who}`),
    await tx.installation.get(name),
  ],
  "config.insert": (tx, { name }) => tx.deploymentConfigs.insert(SCOPE, { deploymentConfigName: name } as never),
  "config.find": async (tx, { name }) => [
    await tx.deploymentConfigs.find(SCOPE, name),
    await tx.deploymentConfigs.list(SCOPE, page),
    await tx.deploymentConfigs.count(SCOPE),
  ],
  "config.delete": (tx, { name }) => tx.deploymentConfigs.delete(SCOPE, name),
  "revision.put": async (tx, command) =>
    tx.revisions.put(await applicationN(tx, command), { identity: command.name, registerTime: at(command) } as never),
  "revision.find": async (tx, command) => tx.revisions.find(await applicationN(tx, command), command.name),
  "audit.append": (tx, { name }) => tx.audit.append(SCOPE, { operation: name, at: START } as never),
  "audit.list": (tx) => tx.audit.list(SCOPE, page),
} satisfies Record<string, Verb>;

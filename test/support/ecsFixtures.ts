/** Task definitions whose containers are small real processes, and what tests ask of ECS again and again. */
import type { ContainerDefinition, ECS, Service, Task, TaskSet } from "@aws-sdk/client-ecs";
import { waitFor } from "./waitFor.ts";

/** Answers every request with its VERSION, and tells in its log when it listens and when it is asked to end. */
const SERVER = `
process.on("SIGTERM", () => { console.log("told to end"); process.exit(0); });
require("node:http").createServer((request, response) => response.end(process.env.VERSION))
  .listen(process.env.PORT, process.env.HOST, () => console.log("listening"));`;

/** A container that does nothing for a long time. */
export const sleeper = (changes: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name: "web",
  image: "local/process",
  memory: 64,
  command: ["sleep", "3600"],
  stopTimeout: 2,
  ...changes,
});

/** A container that serves HTTP on the port it is given. */
export const server = (version: string, changes: Partial<ContainerDefinition> = {}): ContainerDefinition =>
  sleeper({
    command: [process.execPath, "-e", SERVER],
    environment: [{ name: "VERSION", value: version }],
    portMappings: [{ containerPort: 8080 }],
    ...changes,
  });

/** A container that runs a script of `/bin/sh`. */
export const script = (text: string, changes: Partial<ContainerDefinition> = {}): ContainerDefinition =>
  sleeper({ entryPoint: ["/bin/sh", "-c"], command: [text], ...changes });

export const port = ({ containers }: Task): number => containers?.[0]?.networkBindings?.[0]?.hostPort ?? 0;

/** What a client of one cluster asks, without the words that are the same each time. */
export function inCluster(ecs: ECS, cluster: string) {
  const tasks = async (desiredStatus: "RUNNING" | "STOPPED" = "RUNNING", serviceName?: string): Promise<Task[]> => {
    const { taskArns = [] } = await ecs.listTasks({ cluster, desiredStatus, serviceName });
    return taskArns.length === 0 ? [] : ((await ecs.describeTasks({ cluster, tasks: taskArns })).tasks ?? []);
  };
  const service = async (name: string): Promise<Service> => {
    const { services = [] } = await ecs.describeServices({ cluster, services: [name] });
    if (!services[0]) throw new Error(`there is no service ${name}`);
    return services[0];
  };
  return {
    tasks,
    service,
    async taskSet(name: string, id: string | undefined): Promise<TaskSet> {
      const found = (await service(name)).taskSets?.find((candidate) => candidate.id === id);
      if (!found) throw new Error(`service ${name} has no task set ${id}`);
      return found;
    },
    events: async (name: string): Promise<string[]> =>
      ((await service(name)).events ?? []).map(({ message }) => message ?? ""),
    /** Resolves when the service has this many running tasks and none that is still to start or to stop. */
    settled: (name: string, count: number) =>
      waitFor(`${count} tasks of ${name} run`, async () => {
        const { runningCount, pendingCount } = await service(name);
        const stopping = (await tasks("STOPPED", name)).filter(({ lastStatus }) => lastStatus !== "STOPPED");
        return runningCount === count && pendingCount === 0 && stopping.length === 0;
      }),
  };
}

/** Target groups in memory, whose health a test sets. */
export function targetGroupsInMemory() {
  const health = new Map<string, string>();
  const listeners = new Set<(group: string, target: { id: string; port: number }, health: string) => void>();
  const key = (group: string, { id, port: number }: { id: string; port: number }) => `${group} ${id}:${number}`;
  const drains = new Map<string, () => void>();
  return {
    groups: new Map<
      string,
      { targetType: "ip" | "instance"; protocol: string; port: number; loadBalancerArns: string[] }
    >(),
    /** Whether no target can be registered or deregistered, as on a full disk. */
    isFull: false,
    /** Whether a target that is deregistered drains at once. */
    drainsAtOnce: true,
    registered: () => [...health.keys()],
    /** Ends the draining of every target. */
    drainAll() {
      for (const done of drains.values()) done();
      drains.clear();
    },
    setHealth(group: string, target: { id: string; port: number }, state: string) {
      health.set(key(group, target), state);
      for (const listener of listeners) listener(group, target, state);
    },
    describe(group: string) {
      return this.groups.get(group);
    },
    register(group: string, target: { id: string; port: number }) {
      if (!this.groups.has(group)) throw new Error(`Target group '${group}' not found`);
      if (this.isFull) throw new Error("database or disk is full");
      health.set(key(group, target), "initial");
    },
    async deregister(group: string, target: { id: string; port: number }) {
      if (this.isFull && health.has(key(group, target))) throw new Error("database or disk is full");
      if (!health.delete(key(group, target)) || this.drainsAtOnce) return;
      await new Promise<void>((resolve) => drains.set(key(group, target), resolve));
    },
    health(group: string, target: { id: string; port: number }) {
      return (health.get(key(group, target)) ?? "unused") as
        | "initial"
        | "healthy"
        | "unhealthy"
        | "draining"
        | "unused";
    },
    onHealth(listener: (group: string, target: { id: string; port: number }, health: string) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

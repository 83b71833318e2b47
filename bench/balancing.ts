/**
 * (p) Requests through a listener of the embedded load balancer, beside nginx and HAProxy where they are installed, each
 * before the same target. A proxy's rate on one core is what its CPU time for each request leaves it: that holds on a
 * machine whose cores the generator and the target need as well.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { freePort } from "../test/support/freePort.ts";
import type { Bench, Part } from "./bench.ts";
import { median, percentile, spread } from "./figures.ts";
import type { Load, LoadResult } from "./loadGenerator.ts";
import { cpuMsOf } from "./machine.ts";
import { type Helper, startHelper, startProgram, startServer } from "./processes.ts";
import { failedWhileReplacing, type ReplacedListener } from "./replacing.ts";
import type { Row } from "./report.ts";
import { ACCOUNT, REGION } from "./seed.ts";

const CONNECTIONS = 64;
const BODY = "x".repeat(512);
const LEAST_OF_NGINX = 0.3;
const MOST_ADDED_MS = 2;

interface Proxy {
  name: string;
  url: string;
  pid: number;
  cpuUs: number[];
  rates: number[];
}

export const balancing: Part = async (bench) => {
  const target = startHelper("bareServer.ts");
  const generator = startHelper("loadGenerator.ts");
  const answer = { headers: { "content-length": String(BODY.length) }, body: BODY };
  const { url } = await target.ask<{ url: string }>(answer);
  const program = await startProgram(bench.program, { "data-dir": newFolder(bench) });
  const ends = [program.end, target.end, generator.end];
  try {
    const listener = await listenerBefore(clientOf(program.url), url, answer);
    const own = proxy("signalbox", listener.url, program.pid);
    const others = await startOthers(bench, url, ends);
    const direct = proxy("direct", url, target.pid);
    for (const each of [direct, own, ...others]) await measure(generator, each, bench.quick ? 2000 : 20_000);
    for (const each of [direct, own, ...others]) {
      each.cpuUs.length = 0;
      each.rates.length = 0;
    }
    for (let round = 1; round <= (bench.quick ? 1 : 5); round += 1) {
      for (const each of [direct, own, ...others]) await measure(generator, each, bench.quick ? 2000 : 10_000);
      bench.say(
        `round ${round}: ${[direct, own, ...others].map(({ name, rates }) => `${name} ${Math.round(rates.at(-1) ?? 0)}/s`).join(", ")}`,
      );
    }
    const waiting = await addedAtHalfLoad(bench, generator, direct, [own, ...others]);
    const failed = await failedWhileReplacing(bench, generator, listener);
    listener.elb.destroy();
    return {
      title: `requests of ${BODY.length} bytes through a load balancer, ${CONNECTIONS} connections`,
      rows: [...[own, ...others].map((each) => rowOf(each, others)), ...waiting, failed],
      floorSpread: spread(direct.rates),
    };
  } finally {
    await Promise.all(ends.map((end) => end()));
  }
};

const newFolder = ({ scratch }: Bench): string => mkdtempSync(join(scratch, "balancing-"));

const proxy = (name: string, url: string, pid: number): Proxy => ({ name, url, pid, cpuUs: [], rates: [] });

const template = { method: "GET", path: "/", headers: { "user-agent": "bench", accept: "*/*" } };

async function measure(generator: Helper, { url, pid, cpuUs, rates }: Proxy, count: number): Promise<void> {
  const before = cpuMsOf(pid);
  const bodies = Array.from({ length: count }, () => "");
  const load: Load = { url, template, bodies, connections: CONNECTIONS };
  const { refused, refusal, requests, elapsedMs } = await generator.ask<LoadResult>(load);
  if (refused > 0) throw new Error(`${refused} requests were refused, such as ${refusal}`);
  cpuUs.push(((cpuMsOf(pid) - before) * 1000) / requests);
  rates.push((requests * 1000) / elapsedMs);
}

/** A listener before two target groups, the first of which has this target; the weights are all with that one. */
async function listenerBefore(elb: ElasticLoadBalancingV2, target: string, answer: ReplacedListener["answer"]) {
  const { LoadBalancers } = await elb.createLoadBalancer({ Name: "bench", Subnets: ["subnet-a", "subnet-b"] });
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  const common = { Protocol: "HTTP", Port: 80, VpcId: "vpc-1", TargetType: "ip" } as const;
  const groupNamed = async (Name: string) =>
    (await elb.createTargetGroup({ Name, ...common })).TargetGroups?.[0]?.TargetGroupArn ?? "";
  const [first, second] = [await groupNamed("first"), await groupNamed("second")];
  const { hostname, port } = new URL(target);
  await elb.registerTargets({ TargetGroupArn: first, Targets: [{ Id: hostname, Port: Number(port) }] });
  const DefaultActions = [{ Type: "forward", TargetGroupArn: first } as const];
  const { Listeners } = await elb.createListener({ LoadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions });
  const listenerArn = Listeners?.[0]?.ListenerArn ?? "";
  const { TagDescriptions } = await elb.describeTags({ ResourceArns: [listenerArn] });
  const url = TagDescriptions?.[0]?.Tags?.find(({ Key }) => Key === "aws:signalbox:address")?.Value ?? "";
  const targetGroupArns: [string, string] = [first, second];
  return { elb, listenerArn, url, targetGroupArns, answer };
}

const clientOf = (endpoint: string) =>
  new ElasticLoadBalancingV2({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: "bench" },
  });

const isInstalled = (program: string): boolean => spawnSync(program, ["-v"]).status === 0;

/** One worker each, with connections to the target that are kept. */
async function startOthers(bench: Bench, target: string, ends: (() => Promise<void>)[]): Promise<Proxy[]> {
  const folder = newFolder(bench);
  const { host } = new URL(target);
  const configurations = {
    nginx: { words: (file: string) => ["-p", folder, "-e", "error.log", "-c", file], text: nginxText(host) },
    haproxy: { words: (file: string) => ["-f", file], text: haproxyText(host) },
  };
  mkdirSync(join(folder, "temporary"));
  const found: Proxy[] = [];
  for (const [name, { words, text }] of Object.entries(configurations)) {
    if (!isInstalled(name)) {
      bench.say(`(p) ${name} is not installed: left out`);
      continue;
    }
    const port = await freePort();
    const file = join(folder, `${name}.conf`);
    writeFileSync(file, text(port));
    const { pid, end } = await startServer(name, words(file), port);
    ends.push(end);
    found.push(proxy(name, `http://127.0.0.1:${port}`, pid));
  }
  return found;
}

const nginxText = (target: string) => (port: number) =>
  `
daemon off; master_process off; pid nginx.pid; worker_processes 1;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path temporary; proxy_temp_path temporary; fastcgi_temp_path temporary;
  uwsgi_temp_path temporary; scgi_temp_path temporary; keepalive_requests 10000000;
  upstream target { server ${target}; keepalive 128; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`;

const haproxyText = (target: string) => (port: number) =>
  `
global
  nbthread 1
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  option forwardfor
frontend listener
  bind 127.0.0.1:${port}
  default_backend targets
backend targets
  http-reuse always
  server target ${target}
`;

/** What waiting through each proxy adds to the waiting at the target itself, at half of what the listener can do. */
async function addedAtHalfLoad(bench: Bench, generator: Helper, direct: Proxy, proxies: Proxy[]): Promise<Row[]> {
  const [own] = proxies;
  const perSecond = Math.round(median(own?.rates ?? []) / 2);
  const bodies = Array.from({ length: bench.quick ? 1000 : perSecond * 3 }, () => "");
  const wait = async ({ url }: Proxy) => {
    const load: Load = { url, template, bodies, connections: CONNECTIONS, perSecond };
    return percentile((await generator.ask<LoadResult>(load)).answeredMs, 0.99);
  };
  const floors: number[] = [];
  const added = new Map(proxies.map((each) => [each, [] as number[]]));
  for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
    const floor = await wait(direct);
    floors.push(floor);
    for (const [each, found] of added) found.push((await wait(each)) - floor);
  }
  return [...added].map(([each, found]) => {
    const value = median(found);
    const name = `${each.name}, added at ${perSecond}/s, p99`;
    const row: Row = { name, value, unit: "ms", floor: { value: median(floors), is: "direct" } };
    return each === own ? { ...row, bar: { demand: `<= ${MOST_ADDED_MS}`, met: value <= MOST_ADDED_MS } } : row;
  });
}

function rowOf({ name, cpuUs, rates }: Proxy, others: Proxy[]): Row {
  const cpu = median(cpuUs);
  const nginx = others.find((other) => other.name === "nginx");
  const row: Row = {
    name: `${name}, on one core`,
    value: 1e6 / cpu,
    unit: "/s",
    note: `${Math.round(cpu)} µs of CPU each; ${Math.round(median(rates))}/s as it was`,
  };
  if (!nginx || name === "nginx") return row;
  const floor = 1e6 / median(nginx.cpuUs);
  const ratio = row.value / floor;
  const withFloor: Row = { ...row, floor: { value: floor, is: "nginx" }, ratio };
  if (name !== "signalbox") return withFloor;
  return { ...withFloor, bar: { demand: `>= ${LEAST_OF_NGINX}`, met: ratio >= LEAST_OF_NGINX } };
}

/**
 * (g) Durable CreateApplication calls a second, 64 clients. A creation writes two rows, the application and its audit
 * entry, and so does every floor, in batches of as many as there are clients. Like is set against like: the program over
 * HTTP against a bare server that commits the rows before it answers, the service without HTTP against bare commits.
 */
import { type Bench, codeDeployRequest, type Part } from "./bench.ts";
import type { CreationAnswer, CreationQuestion } from "./creationProcess.ts";
import { median, spread } from "./figures.ts";
import { flagsOf, newInstallation } from "./installation.ts";
import type { LoadResult } from "./loadGenerator.ts";
import { startHelper, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";

const CLIENTS = 64;
const CREATIONS = 8000;
/** What is asked for is the rate of a program that has been running. */
const WARM_UP = 3;

/** Creates this many applications of these names, and gives how many that is a second. */
type Runner = (names: string[]) => Promise<number>;
interface Contender {
  run: Runner;
  end(): Promise<void>;
  rates: number[];
}

export const creations: Part = async (bench) => {
  const program = await startProgram(bench.program, {
    ...flagsOf(await newInstallation(bench, "creations")),
    "quota-applications": "10000000",
  });
  const server = startHelper("committingServer.ts");
  const { url } = await server.ask<{ url: string }>(await newInstallation(bench, "committing"));
  const contenders = {
    program: await overHttp(program.url, program.end),
    server: await overHttp(url, server.end),
    service: await inProcess(bench, "service"),
    bare: await inProcess(bench, "bare commits"),
  };
  // Each stands beside its floor in every round, so that a noisy moment meets both.
  for (let round = 0; round < WARM_UP + (bench.quick ? 2 : 8); round += 1) {
    for (const [kind, { run, rates }] of Object.entries(contenders)) {
      const rate = await run(Array.from({ length: CREATIONS }, (_, index) => `${kind}-${round}-${index}`));
      if (round >= WARM_UP) rates.push(rate);
    }
  }
  await Promise.all(Object.values(contenders).map(({ end }) => end()));
  const { service, bare } = contenders;
  const rows = [
    rowOf("CreateApplication over HTTP", contenders.program, contenders.server, "node:http and commits"),
    rowOf("CreateApplication without HTTP", service, bare, `bare commits, ${CLIENTS} in each`),
    rowOf("  over HTTP, against no HTTP", contenders.program, bare, `bare commits, ${CLIENTS} in each`),
  ];
  const floorSpread = Math.max(spread(contenders.server.rates), spread(bare.rates));
  return { title: `durable creations a second, ${CLIENTS} clients, two rows each`, rows, floorSpread };
};

function rowOf(name: string, { rates }: Contender, floor: Contender, is: string): Row {
  const ratios = rates.map((rate, round) => rate / (floor.rates[round] ?? Number.NaN));
  const ratio = median(ratios);
  return {
    name,
    value: median(rates),
    unit: "/s",
    floor: { value: median(floor.rates), is },
    ratio,
    bar: { demand: ">= 0.5", met: ratio >= 0.5 },
    note: `rounds ${ratios.map((each) => each.toFixed(2)).join(" ")}`,
  };
}

async function overHttp(url: string, endServer: () => Promise<void>): Promise<Contender> {
  const generator = startHelper("loadGenerator.ts");
  const template = codeDeployRequest("CreateApplication");
  return {
    rates: [],
    async run(names) {
      const bodies = names.map((applicationName) => JSON.stringify({ applicationName }));
      const result = await generator.ask<LoadResult>({ url, template, bodies, connections: CLIENTS });
      if (result.refused > 0) throw new Error(`${result.refused} creations were refused, such as ${result.refusal}`);
      return (result.requests * 1000) / result.elapsedMs;
    },
    async end() {
      await Promise.all([endServer(), generator.end()]);
    },
  };
}

async function inProcess(bench: Bench, how: CreationQuestion["how"]): Promise<Contender> {
  const helper = startHelper("creationProcess.ts");
  const { directory } = await newInstallation(bench, "in-process");
  return {
    rates: [],
    async run(names) {
      const question: CreationQuestion = { directory, how, names, clients: CLIENTS };
      return (names.length * 1000) / (await helper.ask<CreationAnswer>(question));
    },
    end: helper.end,
  };
}

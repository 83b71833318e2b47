/**
 * (m) Whether memory grows with what has ended: an hour of virtual time with 100,000 deployments, each a canary of five
 * minutes with two validation functions. From the twelfth minute on as many end as begin, and the line through what is
 * alive in each minute must be level.
 */
import type { Part } from "./bench.ts";
import { spread, sum, written } from "./figures.ts";
import type { MinuteAnswer, MinuteQuestion } from "./hourProcess.ts";
import { newInstallation } from "./installation.ts";
import { startHelper } from "./processes.ts";
import type { Row } from "./report.ts";

const MINUTES = 60;
/** All canaries that began at first have ended, and what is kept of the latest deployments is full. */
const SETTLED = 12;

export const memoryOverAnHour: Part = async (bench) => {
  const perSecond = bench.quick ? 2 : 31;
  const installation = await newInstallation(bench, "hour");
  const helper = startHelper("hourProcess.ts");
  const minutes: MinuteAnswer[] = [];
  try {
    while (minutes.length < MINUTES) {
      minutes.push(await helper.ask<MinuteAnswer>({ installation, perSecond } satisfies MinuteQuestion));
      const { aliveKB, residentKB, finished } = minutes.at(-1) as MinuteAnswer;
      const figures = `${written(aliveKB / 1024)} MB alive, ${written(residentKB / 1024)} MB resident`;
      bench.say(`minute ${minutes.length}: ${finished} finished, ${figures}`);
    }
  } finally {
    await helper.end();
  }
  const settled = minutes.slice(SETTLED - 1);
  const [first, last] = [settled[0], settled.at(-1)];
  const ended = (last?.finished ?? 0) - (first?.finished ?? 0);
  const alive = settled.map(({ aliveKB }) => aliveKB);
  return {
    title: `an hour of virtual time, ${perSecond} deployments a second, ${last?.finished} finished`,
    rows: [
      slopeRow("alive after a collection", alive, ended),
      slopeRow(
        "resident",
        settled.map(({ residentKB }) => residentKB),
        ended,
      ),
    ],
    floorSpread: spread(alive),
  };
};

/** By least squares. The noise is two standard errors of the growth: what a level line would be taken for now and then. */
function slopeRow(name: string, kilobytes: number[], ended: number): Row {
  const count = kilobytes.length;
  const meanAt = (count - 1) / 2;
  const mean = sum(kilobytes) / count;
  const covariance = sum(kilobytes.map((each, at) => (at - meanAt) * (each - mean)));
  const variance = (count * (count * count - 1)) / 12;
  const slope = covariance / variance;
  const distances = kilobytes.map((each, at) => each - mean - slope * (at - meanAt));
  const slopeError = Math.sqrt(sum(distances.map((distance) => distance ** 2)) / (count - 2) / variance);
  const growth = slope * (count - 1);
  const noise = 2 * slopeError * (count - 1);
  return {
    name: `${name}: growth from minute ${SETTLED} to ${MINUTES}`,
    value: growth,
    unit: "kB",
    floor: { value: noise, is: "two standard errors" },
    ratio: growth / noise,
    bar: { demand: "within the noise", met: growth <= noise, isFact: true },
    note: `${written(mean)} kB on average, ${written((growth * 1024) / ended)} bytes for each that ended`,
  };
}

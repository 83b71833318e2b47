/**
 * (m) Whether memory grows with what has ended: an hour of virtual time with 100,000 deployments, each a canary of five
 * minutes with two validation functions. From the twelfth minute on as many end as begin, and the line through what is
 * alive in each minute must be level.
 */
import type { Part } from "./bench.ts";
import { spread, written } from "./figures.ts";
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

/** By least squares. The noise is how far the figures lie from their own line, on both of its sides together. */
function slopeRow(name: string, kilobytes: number[], ended: number): Row {
  const count = kilobytes.length;
  const meanAt = (count - 1) / 2;
  const mean = kilobytes.reduce((total, each) => total + each, 0) / count;
  const covariance = kilobytes.reduce((total, each, at) => total + (at - meanAt) * (each - mean), 0);
  const slope = covariance / ((count * (count * count - 1)) / 12);
  const distances = kilobytes.map((each, at) => each - mean - slope * (at - meanAt));
  const noise = Math.max(...distances) - Math.min(...distances);
  const growth = slope * (count - 1);
  return {
    name: `${name}: growth from minute ${SETTLED} to ${MINUTES}`,
    value: growth,
    unit: "kB",
    floor: { value: noise, is: "noise about the line" },
    ratio: growth / noise,
    bar: { demand: "within the noise", met: growth <= noise, isFact: true },
    note: `${written(mean)} kB on average, ${written((growth * 1024) / ended)} bytes for each that ended`,
  };
}

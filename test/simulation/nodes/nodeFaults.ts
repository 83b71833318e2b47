/** What goes wrong between several processes and the database that they share. */
import { luckOf, type Scenario } from "../scenario.ts";
import { SECOND } from "../times.ts";

export interface NodeFaults {
  /** Processes that are up at first. */
  count: number;
  /** How often one of them stands still, at most, at which of the steps, and for how long. */
  pauses: number;
  pauseChance: number;
  longestPauseMs: number;
  /** How many of these times its machine sleeps, so that the steady clock and the timers of its platform stand still, too. */
  sleeps: number;
  /** How often the wall clock of one of their machines is set by an hour, at most, at which of the steps. */
  clockSets: number;
  clockSetChance: number;
  /** How often one of them is told to end, at most, and at which of the steps. */
  shutdowns: number;
  shutdownChance: number;
  /** How often the database goes down, at most, at which of the steps, and for how long. */
  outages: number;
  outageChance: number;
  longestOutageMs: number;
  /** Of all commits. */
  slowCommits: number;
  slowestCommitMs: number;
  lostCommits: number;
  /** Of all statements: those that others may overtake. */
  slowStatements: number;
}

/** The seed's story as several processes on one database live it. The deployments' clock is the database's, which keeps going. */
export function withNodes(scenario: Scenario): Scenario {
  const chance = luckOf(scenario.seed, "nodes");
  const ending = luckOf(scenario.seed, "shutdowns");
  const machines = luckOf(scenario.seed, "machines");
  const outages = luckOf(scenario.seed, "outages");
  const nodes: NodeFaults = {
    count: chance.pick([2, 2, 3]),
    pauses: chance.happens(0.7) ? chance.between(1, 5) : 0,
    pauseChance: chance.pick([0.002, 0.01, 0.05]),
    longestPauseMs: chance.pick([3, 12, 60, 300]) * SECOND,
    sleeps: machines.pick([0, 0.5, 1]),
    clockSets: machines.happens(0.3) ? machines.between(1, 3) : 0,
    clockSetChance: machines.pick([0.01, 0.05]),
    shutdowns: ending.happens(0.5) ? ending.between(1, 3) : 0,
    shutdownChance: ending.pick([0.002, 0.01, 0.05]),
    outages: outages.happens(0.4) ? outages.between(1, 3) : 0,
    outageChance: outages.pick([0.002, 0.01, 0.05]),
    longestOutageMs: outages.pick([1, 4, 30, 300]) * SECOND,
    slowCommits: chance.happens(0.5) ? chance.pick([0.02, 0.1]) : 0,
    slowestCommitMs: chance.pick([1, 10, 40]) * SECOND,
    lostCommits: chance.happens(0.5) ? chance.pick([0.02, 0.1]) : 0,
    slowStatements: chance.pick([0, 0.05, 0.3]),
  };
  return { ...scenario, jumps: 0, nodes };
}

export function describeNodes(nodes: NodeFaults | null): string[] {
  if (!nodes) return [];
  const { count, pauses, pauseChance, longestPauseMs, sleeps, clockSets, clockSetChance } = nodes;
  const { shutdowns, shutdownChance, outages, outageChance, longestOutageMs } = nodes;
  const { slowCommits, slowestCommitMs, lostCommits, slowStatements } = nodes;
  return [
    `${count} processes on one database; at most ${pauses} times one stands still, at ${pauseChance * 100} % of the steps, for up to ${longestPauseMs / SECOND} s, ${sleeps * 100} % of them with its machine`,
    `at most ${clockSets} times the clock of a machine is set by an hour, at ${clockSetChance * 100} % of the steps`,
    `at most ${shutdowns} times one is told to end, at ${shutdownChance * 100} % of the steps`,
    `at most ${outages} times the database goes down, at ${outageChance * 100} % of the steps, for up to ${longestOutageMs / SECOND} s`,
    `commits: ${slowCommits * 100} % take up to ${slowestCommitMs / SECOND} s, ${lostCommits * 100} % of their answers are lost; ${slowStatements * 100} % of the statements are overtaken`,
  ];
}

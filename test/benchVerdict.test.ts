/** What noise excuses in the bench, and what it does not. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { type Bar, type PartResult, verdictOf } from "../bench/report.ts";

const result = (foreignCores: number): PartResult => {
  return { part: "h", title: "", rows: [], foreignCores, floorSpread: 1 };
};
const [quiet, noisy] = [result(0), result(1)];
const bar = (met: boolean, more: Partial<Bar> = {}): Bar => ({ demand: "0", met, ...more });

it("a figure is judged where nothing disturbs it, and only there", () => {
  assert.deepEqual([verdictOf(quiet, bar(true)), verdictOf(quiet, bar(false))], ["met", "NOT MET"]);
  assert.deepEqual([verdictOf(noisy, bar(true)), verdictOf(noisy, bar(false))], ["not judged", "not judged"]);
});

it("what noise cannot make better is met in spite of it, but not missed because of it", () => {
  const memory = { whateverTheNoise: true };
  assert.deepEqual([verdictOf(noisy, bar(true, memory)), verdictOf(noisy, bar(false, memory))], ["met", "not judged"]);
});

it("what was lost was lost, whatever the noise", () => {
  const lost = { isFact: true };
  assert.deepEqual([verdictOf(noisy, bar(true, lost)), verdictOf(noisy, bar(false, lost))], ["met", "NOT MET"]);
});

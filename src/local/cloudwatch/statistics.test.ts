import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { metricKey } from "./metric.ts";
import { MetricData } from "./metricData.ts";
import { emptySummary, merge, percentileOf, type Summary, statisticValue, summaryOf } from "./statistics.ts";

function summed(...values: number[]): Summary {
  const summary = emptySummary();
  for (const value of values) merge(summary, summaryOf(value));
  return summary;
}

describe("statisticValue", () => {
  const hundred = summed(...Array.from({ length: 100 }, (_, index) => 100 - index));
  for (const [statistic, expected] of [
    ["SampleCount", 100],
    ["Sum", 5050],
    ["Average", 50.5],
    ["Minimum", 1],
    ["Maximum", 100],
    ["p0", 1],
    ["p50", 50.5],
    ["p90", 90.1],
    ["p99", 99.01],
    ["p99.9", 99.901],
    ["p100", 100],
  ] as const) {
    it(`${statistic} of 1 to 100 is ${expected}`, () => {
      assert.ok(Math.abs(Number(statisticValue(hundred, statistic)) - expected) < 1e-9);
    });
  }

  it("of nothing there is none", () => assert.equal(statisticValue(emptySummary(), "Sum"), undefined));

  it("has no percentile of values that only came summed up", () => {
    const summary = summed(1);
    merge(summary, { count: 2, sum: 5, minimum: 1, maximum: 4, values: undefined });
    assert.equal(statisticValue(summary, "p50"), undefined);
    assert.equal(statisticValue(summary, "Average"), 2);
  });

  it("stays within a hundredth when there are very many different values", () => {
    const summary = summed(...Array.from({ length: 20_000 }, (_, index) => 1 + index / 7));
    assert.ok((summary.values?.size ?? 0) < 2_500);
    const p90 = 1 + 17_999.1 / 7;
    assert.ok(Math.abs(Number(statisticValue(summary, "p90")) - p90) / p90 < 0.01);
  });
});

describe("percentileOf", () => {
  for (const [text, expected] of [
    ["p99", 99],
    ["p99.99", 99.99],
    ["p100", 100],
    ["p101", undefined],
    ["p", undefined],
    ["Sum", undefined],
  ] as const) {
    it(`${text}: ${expected}`, () => assert.equal(percentileOf(text), expected));
  }
});

describe("MetricData", () => {
  const scope = { accountId: "123456789012", region: "eu-west-1" };
  const metric = (name: string) => ({ namespace: "shop", name, dimensions: [{ Name: "A", Value: "1" }] });
  const HOUR = 3_600_000;

  it("keeps three hours by 10 seconds, then by minutes, and forgets after 15 days", () => {
    const data = new MetricData();
    const key = metricKey(scope, metric("m"));
    const start = 1_800_000_000_000;
    for (let second = 0; second < 5 * 3600; second += 10) {
      data.add(scope, metric("m"), "Count", start + second * 1000, summaryOf(1), start + second * 1000);
    }
    const end = start + 5 * HOUR;
    const hours = data.read(key, "Count", start, end, HOUR);
    assert.deepEqual(
      hours.map(({ sum }) => sum),
      [360, 360, 360, 360, 360],
    );
    assert.equal(data.read(key, "Count", end - HOUR, end, 10_000).length, 360);
    assert.equal(data.read(key, "Count", start, start + HOUR, 10_000).length, 60);

    const later = end + 16 * 24 * HOUR;
    for (let second = 0; second < 3600; second += 10) {
      data.add(scope, metric("m"), "Count", later + second * 1000, summaryOf(1), later + second * 1000);
    }
    assert.equal(data.read(key, "Count", start, end, HOUR).length, 0);
  });

  it("forgets the series that were written least recently when there are too many", () => {
    const data = new MetricData({ series: 2, entries: 1000 });
    for (const [index, name] of ["a", "b", "a", "c"].entries())
      data.add(scope, metric(name), "None", index, summaryOf(1), 0);
    assert.deepEqual(
      data.list(scope, 0, () => true).map((found) => found.metric.name),
      ["a", "c"],
    );
  });

  it("takes 10,000 series and reads one of them without looking at the others", () => {
    const data = new MetricData();
    for (let index = 0; index < 10_000; index += 1) {
      data.add(scope, metric(`m${index}`), "None", index, summaryOf(index), 0);
    }
    assert.deepEqual(
      data.read(metricKey(scope, metric("m7")), undefined, 0, 60_000, 60_000).map(({ at, sum }) => [at, sum]),
      [[0, 7]],
    );
  });

  it("knows a metric whatever the order of its dimensions", () => {
    const dimensions = [
      { Name: "A", Value: "1" },
      { Name: "B", Value: "2" },
    ];
    const one = metricKey(scope, { namespace: "n", name: "m", dimensions });
    assert.equal(metricKey(scope, { namespace: "n", name: "m", dimensions: dimensions.toReversed() }), one);
    assert.notEqual(metricKey(scope, { namespace: "n", name: "m", dimensions: [] }), one);
  });
});

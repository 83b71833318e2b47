import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AlarmConfiguration, StateValue, TreatMissingData } from "./alarm.ts";
import { breachesForGood, isBreaching, judge, rangeOf, type Slot } from "./evaluation.ts";
import { summaryOf } from "./statistics.ts";

const configured = (changes: Partial<AlarmConfiguration> = {}): AlarmConfiguration => ({
  AlarmName: "alarm",
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: [],
  InsufficientDataActions: [],
  MetricName: "Errors",
  Namespace: "AWS/Lambda",
  Statistic: "Sum",
  Dimensions: [],
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 5,
  ComparisonOperator: "GreaterThanThreshold",
  ...changes,
});

/** `X` breaches, `0` does not, `-` is missing; the newest is the last. */
const slotsOf = (picture: string): Slot[] =>
  picture.split(" ").map((sign, index) => ({
    at: index * 60_000,
    point: sign === "-" ? undefined : { value: sign === "X" ? 9 : 0, sampleCount: 1 },
  }));

type Expected = StateValue | "kept";
const TREATMENTS: TreatMissingData[] = ["missing", "ignore", "breaching", "notBreaching"];
const none = "INSUFFICIENT_DATA";

/** The rows of AWS's own tables first; by missing, ignore, breaching and notBreaching. */
const tables: [title: string, alarm: Partial<AlarmConfiguration>, rows: [string, ...Expected[]][]][] = [
  [
    "3 out of 3",
    { EvaluationPeriods: 3 },
    [
      ["0 - X - X", "OK", "OK", "OK", "OK"],
      ["- - - - 0", "OK", "OK", "OK", "OK"],
      ["- - - - -", none, "kept", "ALARM", "OK"],
      ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["- - X - -", "ALARM", "kept", "ALARM", "OK"],
      // Not of AWS's tables: too young to be believed, and nothing speaks against it.
      ["- - - - X", "kept", "kept", "ALARM", "OK"],
      ["- - - X -", "kept", "kept", "ALARM", "OK"],
      ["X X X X 0", "OK", "OK", "OK", "OK"],
      ["0 0 X X X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["0 - X X -", "OK", "OK", "OK", "OK"],
    ],
  ],
  [
    "2 out of 3",
    { EvaluationPeriods: 3, DatapointsToAlarm: 2 },
    [
      ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["0 - X - -", "OK", "OK", "ALARM", "OK"],
      ["- - - - 0", "OK", "OK", "ALARM", "OK"],
      ["- - - X -", "ALARM", "kept", "ALARM", "OK"],
      ["- - - - X", "kept", "kept", "ALARM", "OK"],
      ["- - - X X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["X X 0 0 X", "OK", "OK", "OK", "OK"],
    ],
  ],
  [
    "1 out of 1",
    { EvaluationPeriods: 1 },
    [
      ["- - X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["- X -", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["X X 0", "OK", "OK", "OK", "OK"],
      ["X 0 -", "OK", "OK", "OK", "OK"],
      ["- - -", none, "kept", "ALARM", "OK"],
    ],
  ],
];

describe("judge", () => {
  for (const [title, changes, rows] of tables) {
    for (const [picture, ...expected] of rows) {
      for (const [index, treatment] of TREATMENTS.entries()) {
        it(`${title}, ${picture}, ${treatment}: ${expected[index]}`, () => {
          const alarm = configured(changes);
          const slots = slotsOf(picture);
          assert.equal(slots.length, rangeOf(alarm));
          assert.equal(judge(alarm, slots, treatment)?.state ?? "kept", expected[index]);
        });
      }
    }
  }

  it("says which slots counted, real ones first and missing ones as few as possible", () => {
    const verdict = judge(configured({ DatapointsToAlarm: 2 }), slotsOf("0 - X - -"), "breaching");
    assert.deepEqual(
      verdict?.evaluated.map(({ at, point }) => [at / 60_000, point?.value]),
      [
        [0, 0],
        [2, 9],
        [4, undefined],
      ],
    );
  });

  it("keeps the state when a percentile has too few samples and that is to be heeded", () => {
    const alarm = { EvaluationPeriods: 1, Statistic: undefined as never, ExtendedStatistic: "p99" };
    const heeding = configured({ ...alarm, EvaluateLowSampleCountPercentile: "ignore" });
    const slots = (sampleCount: number): Slot[] => [{ at: 0, point: { value: 9, sampleCount } }];
    assert.equal(judge(heeding, slots(999), "missing"), undefined);
    assert.equal(judge(heeding, slots(1000), "missing")?.state, "ALARM");
    assert.equal(judge(configured(alarm), slots(1), "missing")?.state, "ALARM");
  });
});

describe("isBreaching", () => {
  for (const [ComparisonOperator, below, at, above] of [
    ["GreaterThanOrEqualToThreshold", false, true, true],
    ["GreaterThanThreshold", false, false, true],
    ["LessThanThreshold", true, false, false],
    ["LessThanOrEqualToThreshold", true, true, false],
  ] as const) {
    it(ComparisonOperator, () => {
      const alarm = configured({ ComparisonOperator });
      assert.deepEqual(
        [4, 5, 6].map((value) => isBreaching(alarm, value)),
        [below, at, above],
      );
    });
  }
});

describe("breachesForGood", () => {
  for (const [Statistic, ComparisonOperator, value, expected] of [
    ["Sum", "GreaterThanThreshold", 9, true],
    ["Sum", "GreaterThanThreshold", 5, false],
    ["Sum", "LessThanThreshold", 1, false],
    ["Maximum", "GreaterThanOrEqualToThreshold", 5, true],
    ["Minimum", "LessThanThreshold", 1, true],
    ["Minimum", "GreaterThanThreshold", 9, false],
    ["Average", "GreaterThanThreshold", 9, false],
    ["SampleCount", "GreaterThanThreshold", 9, false],
  ] as const) {
    it(`${Statistic} ${ComparisonOperator} of ${value}: ${expected}`, () => {
      assert.equal(breachesForGood(configured({ Statistic, ComparisonOperator }), summaryOf(value)), expected);
    });
  }
});

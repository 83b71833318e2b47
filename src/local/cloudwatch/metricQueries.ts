/** What can be asked of metrics: GetMetricData, GetMetricStatistics, ListMetrics. */
import type { Instant } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import { CloudWatchError, notBuilt } from "./cloudWatchError.ts";
import { constraints } from "./constraints.ts";
import { type Dimension, metricKey } from "./metric.ts";
import type { MetricData } from "./metricData.ts";
import { type Operation, page, positionOf, tokenOf } from "./operation.ts";
import { isStatistic, statisticValue } from "./statistics.ts";

interface MetricMembers {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: Dimension[];
}

interface MetricDataQuery {
  Id?: string;
  MetricStat?: { Metric?: MetricMembers; Period?: number; Stat?: string; Unit?: string };
  Expression?: string;
  Label?: string;
  ReturnData?: boolean;
  AccountId?: string;
}

interface GetMetricDataInput {
  MetricDataQueries?: MetricDataQuery[];
  StartTime?: Instant;
  EndTime?: Instant;
  NextToken?: string;
  ScanBy?: string;
  MaxDatapoints?: number;
}

const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;
const MOST_STATISTICS = 1440;
const METRICS_PAGE = 500;
const TWO_WEEKS_MS = 14 * 24 * 3_600_000;
const THREE_HOURS_MS = 3 * 3_600_000;

export const getMetricData: Operation<GetMetricDataInput> = ({ data }, scope, input) => {
  const { MetricDataQueries = [], StartTime = 0, EndTime = 0, MaxDatapoints = MOST_DATAPOINTS } = input;
  const check = constraints();
  for (const name of ["MetricDataQueries", "StartTime", "EndTime"] as const) check.required(input[name], name);
  check.oneOf(input.ScanBy, "ScanBy", ["TimestampDescending", "TimestampAscending"]);
  check.range(input.MaxDatapoints, "MaxDatapoints", 1, MOST_DATAPOINTS);
  check.enforce();
  if (EndTime < StartTime) throw invalid("The parameter EndTime must be greater than StartTime.");
  if (EndTime === StartTime) throw invalid("The parameter StartTime must not equal parameter EndTime.");
  if (MetricDataQueries.length > MOST_QUERIES) {
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  }
  requireDistinctIds(MetricDataQueries);
  const results = MetricDataQueries.map((query) => answerQuery(data, scope, query, StartTime, EndTime));
  const wanted = results.filter((_, index) => MetricDataQueries[index]?.ReturnData !== false);
  if (input.ScanBy !== "TimestampAscending") for (const { points } of wanted) points.reverse();
  return cutPage(wanted, MaxDatapoints, input.NextToken);
};

interface QueryResult {
  Id: string;
  Label: string;
  points: { at: Instant; value: number }[];
  Messages: { Code: string; Value: string }[];
}

function answerQuery(data: MetricData, scope: Scope, query: MetricDataQuery, from: Instant, to: Instant): QueryResult {
  const { Id = "", MetricStat, Label, AccountId = scope.accountId } = query;
  if (AccountId !== scope.accountId) throw notBuilt("Asking for the metrics of another account (AccountId)");
  if (query.Expression !== undefined) throw notBuilt("Metric math (Expression)");
  const { Metric: metric, Period, Stat, Unit } = MetricStat ?? {};
  if (!metric?.MetricName || !metric.Namespace || Period === undefined || Stat === undefined) {
    const text = `The query ${Id} must have a MetricStat with Metric.Namespace, Metric.MetricName, Period and Stat.`;
    throw new CloudWatchError("MissingParameter", text);
  }
  requirePeriod(Period);
  if (!isStatistic(Stat)) throw invalid(`The value ${Stat} for parameter MetricStat.Stat is not supported.`);
  const key = metricKey(scope, {
    namespace: metric.Namespace,
    name: metric.MetricName,
    dimensions: metric.Dimensions ?? [],
  });
  const periodMs = Period * 1000;
  const start = Math.floor(from / periodMs) * periodMs;
  const points = data.read(key, Unit, start, to, periodMs).flatMap((span) => {
    const value = statisticValue(span, Stat);
    return value === undefined ? [] : [{ at: span.at, value }];
  });
  const units = data.units(key).filter((unit) => data.read(key, unit, start, to, periodMs).length > 0);
  const several = Unit === undefined && units.length > 1;
  const Messages = several
    ? [{ Code: "MultipleUnits", Value: `Multiple units returned: '[${units.join(", ")}]'` }]
    : [];
  return { Id, Label: Label ?? metric.MetricName, points, Messages };
}

/** As many datapoints as fit, from where the token points to; they are counted over all results. */
function cutPage(results: QueryResult[], size: number, token: string | undefined): object {
  const from = token === undefined ? 0 : positionOf(token);
  const until = from + size;
  let passed = 0;
  const cut = results.flatMap(({ points, Messages, ...named }) => {
    const begin = passed;
    passed += points.length;
    // What was complete on an earlier page is not told again.
    if (from > 0 && passed <= from) return [];
    const shown = points.slice(Math.max(0, from - begin), Math.max(0, until - begin));
    return [
      {
        ...named,
        Timestamps: shown.map(({ at }) => at),
        Values: shown.map(({ value }) => value),
        StatusCode: passed > until ? "PartialData" : "Complete",
        ...(Messages.length > 0 ? { Messages } : {}),
      },
    ];
  });
  return { MetricDataResults: cut, Messages: [], ...(passed > until ? { NextToken: tokenOf(until) } : {}) };
}

function requireDistinctIds(queries: MetricDataQuery[]): void {
  const seen = new Set<string>();
  for (const { Id = "" } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(Id)) {
      throw invalid(
        `The value ${Id} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    }
    if (seen.has(Id)) throw invalid(`The values for parameter id in MetricDataQueries are not unique: ${Id}.`);
    seen.add(Id);
  }
}

interface GetMetricStatisticsInput extends MetricMembers {
  StartTime?: Instant;
  EndTime?: Instant;
  Period?: number;
  Statistics?: string[];
  ExtendedStatistics?: string[];
  Unit?: string;
}

/** Datapoints of different units stay apart, as on AWS. */
export const getMetricStatistics: Operation<GetMetricStatisticsInput> = ({ data }, scope, input) => {
  const { Namespace = "", MetricName = "", Dimensions = [], StartTime = 0, EndTime = 0, Period = 0 } = input;
  const statistics = requireStatisticsInput(input);
  const key = metricKey(scope, { namespace: Namespace, name: MetricName, dimensions: Dimensions });
  const periodMs = Period * 1000;
  const start = Math.floor(StartTime / periodMs) * periodMs;
  const units = input.Unit === undefined ? data.units(key) : [input.Unit];
  const datapoints = units.flatMap((unit) =>
    data.read(key, unit, start, EndTime, periodMs).map((span) => {
      const values = statistics.map((name) => [name, statisticValue(span, name)] as const);
      const extended = values.filter(([name, value]) => name.startsWith("p") && value !== undefined);
      return {
        Timestamp: span.at,
        Unit: unit,
        ...Object.fromEntries(values.filter(([name]) => !name.startsWith("p"))),
        ...(extended.length > 0 ? { ExtendedStatistics: Object.fromEntries(extended) } : {}),
      };
    }),
  );
  return { Label: MetricName, Datapoints: datapoints.sort((one, other) => one.Timestamp - other.Timestamp) };
};

function requireStatisticsInput(input: GetMetricStatisticsInput): string[] {
  const { StartTime = 0, EndTime = 0, Period = 60, Statistics = [], ExtendedStatistics = [] } = input;
  const check = constraints();
  for (const name of ["Namespace", "MetricName", "StartTime", "EndTime", "Period"] as const) {
    check.required(input[name], name);
  }
  check.range(input.Period, "Period", 1);
  check.enforce();
  if (StartTime >= EndTime) {
    throw new CloudWatchError(
      "InvalidParameterCombination",
      "The parameter StartTime must be less than the parameter EndTime.",
    );
  }
  requirePeriod(Period);
  const count = Math.ceil((EndTime - StartTime) / (Period * 1000));
  if (count > MOST_STATISTICS) {
    const text = `You have requested up to ${count.toLocaleString("en-US")} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`;
    throw new CloudWatchError("InvalidParameterCombination", text);
  }
  if (Statistics.length > 0 === ExtendedStatistics.length > 0) {
    const text = "Exactly one of the parameters Statistics and ExtendedStatistics must be specified.";
    throw new CloudWatchError(Statistics.length > 0 ? "InvalidParameterCombination" : "MissingParameter", text);
  }
  const names = [...Statistics, ...ExtendedStatistics];
  const wrong = names.find((name) => !isStatistic(name) || name.startsWith("p") !== ExtendedStatistics.length > 0);
  if (wrong !== undefined) throw parameterValue(`The value ${wrong} is not a statistic that is supported here.`);
  return names;
}

function requirePeriod(period: number): void {
  if (period === 1 || period === 5) throw notBuilt("A period below 10 seconds");
  if (![10, 20, 30].includes(period) && (period % 60 !== 0 || period <= 0)) {
    throw parameterValue(
      `The value ${period} for parameter Period is invalid; it must be 10, 20, 30 or a multiple of 60.`,
    );
  }
}

interface ListMetricsInput {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name?: string; Value?: string }[];
  NextToken?: string;
  RecentlyActive?: string;
  IncludeLinkedAccounts?: boolean;
  OwningAccount?: string;
}

/** Metrics with data in the past two weeks, or three hours. */
export const listMetrics: Operation<ListMetricsInput> = ({ data, clock }, scope, input) => {
  const { Namespace, MetricName, Dimensions = [], RecentlyActive } = input;
  const check = constraints();
  check.oneOf(RecentlyActive, "RecentlyActive", ["PT3H"]);
  check.length(Dimensions, "Dimensions", 0, 10);
  check.enforce();
  const { IncludeLinkedAccounts = false, OwningAccount = scope.accountId } = input;
  if (IncludeLinkedAccounts || OwningAccount !== scope.accountId) {
    throw notBuilt("Listing the metrics of linked accounts");
  }
  const since = clock.now() - (RecentlyActive === undefined ? TWO_WEEKS_MS : THREE_HOURS_MS);
  const found = data.list(
    scope,
    since,
    ({ namespace, name, dimensions }) =>
      (Namespace === undefined || namespace === Namespace) &&
      (MetricName === undefined || name === MetricName) &&
      Dimensions.every((wanted) =>
        dimensions.some(
          (had) => had.Name === wanted.Name && (wanted.Value === undefined || had.Value === wanted.Value),
        ),
      ),
  );
  const { items, ...token } = page(found, METRICS_PAGE, input.NextToken);
  const metrics = items.map(({ metric }) => ({
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: metric.dimensions,
  }));
  return { Metrics: metrics, ...token };
};

const invalid = (message: string) => new CloudWatchError("ValidationError", message);
const parameterValue = (message: string) => new CloudWatchError("InvalidParameterValue", message);

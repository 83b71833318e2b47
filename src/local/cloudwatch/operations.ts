/** Every operation that is built, with its shapes, and the names of those that are not. */
import { deleteAlarms, disableAlarmActions, enableAlarmActions, setAlarmState } from "./alarmOperations.ts";
import { describeAlarmHistory, describeAlarms, describeAlarmsForMetric } from "./describeAlarms.ts";
import { getMetricData, getMetricStatistics, listMetrics } from "./metricQueries.ts";
import type { Operation } from "./operation.ts";
import { putMetricAlarm } from "./putMetricAlarm.ts";
import { putMetricData } from "./putMetricData.ts";
import { listTagsForResource, tagResource, untagResource } from "./tagOperations.ts";

export interface BuiltOperation {
  /** Shapes by name; without an output, Query answers no result element. */
  input: string;
  output: string | undefined;
  /** Its input has been read by its shape. */
  perform: Operation<never>;
}

const built = (perform: Operation<never>, input: string, output?: string): BuiltOperation => ({
  perform,
  input,
  output,
});

export const operations: Record<string, BuiltOperation> = {
  DeleteAlarms: built(deleteAlarms, "AlarmNamesInput"),
  DescribeAlarmHistory: built(describeAlarmHistory, "DescribeAlarmHistoryInput", "DescribeAlarmHistoryOutput"),
  DescribeAlarms: built(describeAlarms, "DescribeAlarmsInput", "DescribeAlarmsOutput"),
  DescribeAlarmsForMetric: built(
    describeAlarmsForMetric,
    "DescribeAlarmsForMetricInput",
    "DescribeAlarmsForMetricOutput",
  ),
  DisableAlarmActions: built(disableAlarmActions, "AlarmNamesInput"),
  EnableAlarmActions: built(enableAlarmActions, "AlarmNamesInput"),
  GetMetricData: built(getMetricData, "GetMetricDataInput", "GetMetricDataOutput"),
  GetMetricStatistics: built(getMetricStatistics, "GetMetricStatisticsInput", "GetMetricStatisticsOutput"),
  ListMetrics: built(listMetrics, "ListMetricsInput", "ListMetricsOutput"),
  ListTagsForResource: built(listTagsForResource, "ListTagsForResourceInput", "ListTagsForResourceOutput"),
  PutMetricAlarm: built(putMetricAlarm, "PutMetricAlarmInput"),
  PutMetricData: built(putMetricData, "PutMetricDataInput"),
  SetAlarmState: built(setAlarmState, "SetAlarmStateInput"),
  TagResource: built(tagResource, "TagResourceInput", "Nothing"),
  UntagResource: built(untagResource, "UntagResourceInput", "Nothing"),
};

/** Operations of AWS that are answered with 501. */
export const NOT_BUILT = new Set([
  "DeleteAlarmMuteRule",
  "DeleteAnomalyDetector",
  "DeleteDashboards",
  "DeleteInsightRules",
  "DeleteMetricStream",
  "DescribeAlarmContributors",
  "DescribeAnomalyDetectors",
  "DescribeInsightRules",
  "DisableInsightRules",
  "EnableInsightRules",
  "GetAlarmMuteRule",
  "GetDashboard",
  "GetInsightRuleReport",
  "GetMetricStream",
  "GetMetricWidgetImage",
  "GetOTelEnrichment",
  "ListAlarmMuteRules",
  "ListDashboards",
  "ListManagedInsightRules",
  "ListMetricStreams",
  "PutAlarmMuteRule",
  "PutAnomalyDetector",
  "PutCompositeAlarm",
  "PutDashboard",
  "PutInsightRule",
  "PutManagedInsightRules",
  "PutMetricStream",
  "StartMetricStreams",
  "StartOTelEnrichment",
  "StopMetricStreams",
  "StopOTelEnrichment",
]);

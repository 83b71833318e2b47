/** Alarms of CloudWatch, by the one call that AWS's managed roles for CodeDeploy allow: DescribeAlarms (targets 2.1). */
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { type AwsClients, awsClients, type ClientEndpoint, loadedOnce } from "../awsClients.ts";
import { type ClientError, clientError } from "../clientError.ts";
import { type AlarmJudge, type AlarmProblem, type AlarmStates, allUnreadable } from "./alarmSource.ts";

const sdk = loadedOnce(() => import("@aws-sdk/client-cloudwatch"));

/** What one call takes. */
const MOST_NAMES = 100;

export function cloudWatchAlarms(endpoint: ClientEndpoint): AlarmJudge {
  const clients: AwsClients<CloudWatchClient> = awsClients(endpoint, async (config) => {
    const { CloudWatchClient } = await sdk();
    return new CloudWatchClient(config);
  });
  return {
    async look({ accountId, region }, names, signal) {
      const client = await clients(accountId, region);
      const pages: string[][] = [];
      for (let at = 0; at < names.length; at += MOST_NAMES) pages.push(names.slice(at, at + MOST_NAMES));
      try {
        const found = await Promise.all(pages.map((page) => describe(client, page, signal)));
        return { states: Object.assign({}, ...found) as AlarmStates, problems: {} };
      } catch (error) {
        return allUnreadable(names, cloudWatchProblem(error));
      }
    },
  };
}

async function describe(client: CloudWatchClient, names: string[], signal: AbortSignal): Promise<AlarmStates> {
  const { DescribeAlarmsCommand } = await sdk();
  const command = new DescribeAlarmsCommand({
    AlarmNames: names,
    AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
    MaxRecords: MOST_NAMES,
  });
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(command, { abortSignal: signal });
  const states: AlarmStates = {};
  for (const { AlarmName, StateValue } of [...MetricAlarms, ...CompositeAlarms]) {
    if (AlarmName !== undefined && StateValue !== undefined) states[AlarmName] = StateValue;
  }
  return states;
}

/** Names of refusals that come with status 400, too. */
const REFUSED = /^AccessDenied|^UnrecognizedClient|^InvalidClientTokenId/;

/** What an error of the CloudWatch API means for the alarms that were looked at. */
export function cloudWatchProblem(error: unknown): AlarmProblem {
  const { kind, message, retryable } = clientError(error, "CloudWatch DescribeAlarms");
  if (REFUSED.test((error as ClientError).name ?? "")) return { kind: "accessDenied", message, passes: false };
  return { kind, message, passes: retryable };
}

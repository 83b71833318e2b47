/** How an answer of ours differs from a recorded one, and which differences are meant. */

/** Members whose text is the same in the same situation; the text of others is the caller's or differs each time. */
const SAME_TEXT = new Set([
  "text",
  "status",
  "statusMessage",
  "code",
  "message",
  "errorMessage",
  "creator",
  "type",
  "Type",
  "revisionType",
  "computePlatform",
  "deploymentType",
  "deploymentOption",
  "outdatedInstancesStrategy",
  "__type",
]);

/** What members look like, here as there. */
const FORMATS: [RegExp, RegExp][] = [
  [/(^|\.)deploymentId$/, /^d-[A-Z0-9]{9}$/],
  [/(applicationId|deploymentGroupId|deploymentConfigId)$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  [/instanceArn$/, /^arn:aws:codedeploy:[^:]+:[^:]+:instance\/.+_[A-Za-z0-9]{10}$/],
  [/(Time|At)$/, /^\d{9,10}(\.\d{1,3})?$/],
  [/description$/, /^(?!.*registered by)|^Application revision registered by Deployment ID: d-[A-Z0-9]{9}$/],
];

/** One line for each difference: `path: what`. */
export function differences(theirs: unknown, ours: unknown, path = ""): string[] {
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.length === 0 || ours.length === 0) {
      return theirs.length === ours.length ? [] : [`${path}: ${size(theirs)} there, ${size(ours)} here`];
    }
    return differences(theirs[0], ours[0], `${path}[]`);
  }
  if (isObject(theirs) && isObject(ours)) {
    return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((name) => {
      const member = path === "" ? name : `${path}.${name}`;
      if (!(name in ours)) return [`${member}: missing here`];
      if (!(name in theirs)) return [`${member}: only here`];
      return differences(theirs[name], ours[name], member);
    });
  }
  if (kind(theirs) !== kind(ours)) return [`${path}: ${kind(theirs)} there, ${kind(ours)} here`];
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (SAME_TEXT.has(name) && theirs !== ours) return [`${path}: ${String(theirs)} there, ${String(ours)} here`];
  const wrong = FORMATS.find(([member, format]) => member.test(path) && !format.test(String(ours)));
  return wrong ? [`${path}: ${String(ours)} is not like ${wrong[1]}`] : [];
}

const isObject = (value: unknown): value is Record<string, unknown> => kind(value) === "object";
const kind = (value: unknown) => (Array.isArray(value) ? "list" : value === null ? "null" : typeof value);
const size = (list: unknown[]) => (list.length === 0 ? "empty" : "not empty");

interface Choice {
  operations: RegExp;
  difference: RegExp;
  /** Why it is meant. */
  because: string;
}

/** Differences that are meant. One that occurs no more is to be struck out. */
export const choices: Choice[] = [
  {
    operations: /^GetDeployment$/,
    difference: /^deploymentInfo\.computePlatform: only here$/,
    because: "the recordings of 2017 are older than the member",
  },
  {
    operations: /^GetDeployment$/,
    difference: /^deploymentInfo\.startTime: only here$/,
    because: "the recordings of 2017 do not have it; recordings of 2026 do (semantics 3.4)",
  },
  {
    operations: /^GetDeployment$/,
    difference: /^deploymentInfo\.fileExistsBehavior: missing here$/,
    because: "it is of deployments to servers only, and ours is to Lambda",
  },
  {
    operations: /^GetDeployment$/,
    difference: /^deploymentInfo\.(revision\.(revisionType|s3Location|appSpecContent)|deploymentStyle\.)/,
    because: "theirs brings a bundle to servers in place, ours an AppSpec to Lambda, which is always blue/green",
  },
  {
    operations: /^GetDeployment$/,
    difference: /^deploymentInfo\.errorInformation\./,
    because: "servers fail for other reasons than Lambda",
  },
  {
    operations: /^GetDeployment$/,
    difference: /^deploymentInfo\.deploymentOverview: missing here$/,
    because: "servers are counted from the start; Lambda and ECS show the member at the end (semantics 3.4)",
  },
  {
    operations: /^GetDeployment$/,
    difference: /^deploymentInfo\.rollbackInfo: missing here$/,
    because: "theirs is an empty object, recorded in 2017; ours is there when there is something in it",
  },
  {
    operations: /^GetDeployment$/,
    difference: /^deploymentInfo\.deploymentStatusMessages: only here$/,
    because: "ours says there what to do about a failure; it came to the model after 2017",
  },
  {
    operations: /^StopDeployment$/,
    difference: /^status(Message)?: (Succeeded|No more commands)/,
    because: "a Lambda deployment that moves an alias ends a moment later, for which Pending is documented",
  },
  {
    operations: /^GetDeploymentConfig$/,
    difference: /^deploymentConfigInfo\.computePlatform: only here$/,
    because: "the documented answer is of 2014; recordings of 2025 have the member",
  },
  {
    operations: /^BatchGetDeploymentGroups$/,
    difference:
      /^deploymentGroupsInfo\[\]\.(alarmConfiguration|outdatedInstancesStrategy|terminationHookEnabled): only here$/,
    because: "the documented answer is older than the members; a recording of 2021 has the first two",
  },
  {
    operations: /^BatchGetDeploymentGroups$/,
    difference: /^deploymentGroupsInfo\[\]\.lastAttemptedDeployment: missing here$/,
    because: "deployments to servers are not built yet; the recorded Lambda group holds ours to the member",
  },
  {
    operations: /^(GetDeploymentGroup|BatchGetApplicationRevisions)$/,
    difference: /(targetRevision|revisionLocation)\.(revisionType|s3Location|gitHubLocation|appSpecContent)/,
    because: "theirs comes from S3 or GitHub, ours is given inline: nothing is fetched yet",
  },
  {
    operations: /^BatchGetApplicationRevisions$/,
    difference: /^revisions\[\]\.genericRevisionInfo\.deploymentGroups: empty there, not empty here$/,
    because: "their group has moved on to another revision",
  },
];

/** Whether the difference is meant for the operation; the choice itself, so that its use can be noted. */
export function choiceFor(operation: string, difference: string): Choice | undefined {
  return choices.find((choice) => choice.operations.test(operation) && choice.difference.test(difference));
}

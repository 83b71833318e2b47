/** What tests of resource tags need to exist: an application with a group, and their ARNs. */
import type { CodeDeploy, Tag } from "@aws-sdk/client-codedeploy";
import { lambdaGroup } from "./lambdaFixtures.ts";
import { ACCOUNT, REGION } from "./signalbox.ts";

export const ARN_START = `arn:aws:codedeploy:${REGION}:${ACCOUNT}:`;

export interface TaggedResources {
  applicationName: string;
  deploymentGroupName: string;
  applicationArn: string;
  groupArn: string;
}

export async function taggedResources(codedeploy: CodeDeploy): Promise<TaggedResources> {
  const { applicationName, deploymentGroupName } = await lambdaGroup(codedeploy);
  return {
    applicationName,
    deploymentGroupName,
    applicationArn: `${ARN_START}application:${applicationName}`,
    groupArn: `${ARN_START}deploymentgroup:${applicationName}/${deploymentGroupName}`,
  };
}

/** The tags of the resource, by key. */
export async function tagsOf(codedeploy: CodeDeploy, ResourceArn: string): Promise<Tag[] | undefined> {
  return (await codedeploy.listTagsForResource({ ResourceArn })).Tags;
}

/** ARNs that no tag operation takes: title, ARN, error, and what the message says. */
export const badArns: [title: string, arn: string | undefined, error: string, message: RegExp][] = [
  ["no ARN", undefined, "ResourceArnRequiredException", /^Resource ARN is required$/],
  ["an empty ARN", "", "ResourceArnRequiredException", /^Resource ARN is required$/],
  [
    "text that is no ARN",
    "application",
    "InvalidArnException",
    /^Invalid ARN: application\. It must look like arn:aws:/,
  ],
  ["an ARN that ends too early", "arn:aws:codedeploy:eu-west-1", "InvalidArnException", /^Invalid ARN: /],
  ["an ARN without a name", `${ARN_START}application:`, "InvalidArnException", /After the account stands/],
  ["an application with a bad name", `${ARN_START}application:a b`, "InvalidArnException", /application:<name>/],
  ["a wildcard", `${ARN_START}application:*`, "InvalidArnException", /application:<name>/],
  [
    "a group without an application",
    `${ARN_START}deploymentgroup:group`,
    "InvalidArnException",
    /<application>\/<group>/,
  ],
  [
    "a group with a slash too many",
    `${ARN_START}deploymentgroup:a/b/c`,
    "InvalidArnException",
    /<application>\/<group>/,
  ],
  ["a long ARN", `${ARN_START}application:${"x".repeat(1011)}`, "InvalidArnException", /it may have 1011$/],
  [
    "an ARN of another account",
    `arn:aws:codedeploy:${REGION}:210987654321:application:a`,
    "InvalidArnException",
    new RegExp(`The caller's account is ${ACCOUNT}`),
  ],
  [
    "an ARN of another region",
    `arn:aws:codedeploy:us-east-2:${ACCOUNT}:application:a`,
    "InvalidArnException",
    new RegExp(`its region ${REGION}`),
  ],
  ["a deployment configuration", `${ARN_START}deploymentconfig:a`, "ArnNotSupportedException", /takes no tags here/],
  ["an on-premises instance", `${ARN_START}instance/a_0123456789`, "ArnNotSupportedException", /takes no tags here/],
  ["a bucket", "arn:aws:s3:::bucket", "ArnNotSupportedException", /takes no tags here/],
  ["a function", `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`, "ArnNotSupportedException", /takes no tags here/],
];

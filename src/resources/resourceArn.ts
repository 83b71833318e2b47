/** The ARN of a resource that can have tags (semantics 1.5, 2.8). */
import { ArnNotSupportedException, InvalidArnException, ResourceArnRequiredException } from "../shapes/codedeploy.ts";
import { isName } from "./names.ts";

/** What the ARN names. */
export type TaggableResource =
  | { kind: "application"; applicationName: string }
  | { kind: "deploymentGroup"; applicationName: string; deploymentGroupName: string };

const LONGEST_ARN = 1011;
const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):([0-9]{12}|):(.+)$/s;
const FORMS = "application:<name> or deploymentgroup:<application>/<group>";

/**
 * Reads the ARN; it must be of the caller's own account and region. After the resource's kind stands `:` or `/`. An ARN
 * without an account means the caller's: Terraform makes such ARNs where it is told not to ask STS for the account.
 */
export function requireResourceArn(
  { accountId, region }: { accountId: string; region: string },
  arn: string | undefined,
): TaggableResource {
  if (!arn) throw new ResourceArnRequiredException("Resource ARN is required");
  if (arn.length > LONGEST_ARN) {
    throw new InvalidArnException(`The ARN has ${arn.length} characters; it may have ${LONGEST_ARN}`);
  }
  const [whole, , service = "", arnRegion = "", arnAccount = "", tail = ""] = ARN.exec(arn) ?? [];
  if (!whole) {
    throw new InvalidArnException(`Invalid ARN: ${arn}. It must look like ${example(region, accountId)}`);
  }
  const [kind = "", name = ""] = splitAt(tail, /[:/]/);
  if (service !== "codedeploy" || (kind !== "application" && kind !== "deploymentgroup")) {
    throw new ArnNotSupportedException(`The ARN ${arn} is of a resource that takes no tags here; ${FORMS} does`);
  }
  if ((arnAccount && arnAccount !== accountId) || arnRegion !== region) {
    throw new InvalidArnException(
      `Invalid ARN: ${arn}. The caller's account is ${accountId} and its region ${region}; tags are kept there alone`,
    );
  }
  return kind === "application" ? application(arn, name) : deploymentGroup(arn, name);
}

export const applicationArn = ({ accountId, region }: { accountId: string; region: string }, name: string): string =>
  `arn:aws:codedeploy:${region}:${accountId}:application:${name}`;

export const deploymentGroupArn = (
  { accountId, region }: { accountId: string; region: string },
  applicationName: string,
  name: string,
): string => `arn:aws:codedeploy:${region}:${accountId}:deploymentgroup:${applicationName}/${name}`;

function application(arn: string, applicationName: string): TaggableResource {
  if (!isName(applicationName)) throw invalidTail(arn);
  return { kind: "application", applicationName };
}

function deploymentGroup(arn: string, names: string): TaggableResource {
  const [applicationName = "", deploymentGroupName = ""] = splitAt(names, /\//);
  if (!isName(applicationName) || !isName(deploymentGroupName)) throw invalidTail(arn);
  return { kind: "deploymentGroup", applicationName, deploymentGroupName };
}

function invalidTail(arn: string): InvalidArnException {
  return new InvalidArnException(`Invalid ARN: ${arn}. After the account stands ${FORMS}`);
}

const example = (region: string, accountId: string) => `arn:aws:codedeploy:${region}:${accountId}:application:<name>`;

/** The text before the first separator and the text after it. */
function splitAt(text: string, separator: RegExp): [string, string] {
  const at = text.search(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

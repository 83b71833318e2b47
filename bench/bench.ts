/** What every part of the bench is given. */
import type { RequestTemplate } from "./httpConnection.ts";
import type { Program } from "./processes.ts";
import type { PartResult } from "./report.ts";
import { ACCOUNT, REGION } from "./seed.ts";

export interface Bench {
  program: Program;
  /** A folder on a real disk, removed at the end. */
  scratch: string;
  /** Fewer rounds of fewer requests: to see that it works, not to judge. */
  quick: boolean;
  /** The PostgreSQL on which the part is measured; `null` for the embedded store. */
  databaseUrl: string | null;
  /** Says what is under way. */
  say(line: string): void;
}

export type Part = (bench: Bench) => Promise<Omit<PartResult, "part" | "foreignCores">>;

/** How many deployments are under way wherever a part has "10,000 active". */
export const ACTIVE = 10_000;

/** A CodeDeploy request as an official client sends it. */
export function codeDeployRequest(operation: string): RequestTemplate {
  return {
    method: "POST",
    path: "/",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `CodeDeploy_20141006.${operation}`,
      "user-agent": "aws-sdk-js/3.1133.0 ua/2.1 os/linux lang/js md/nodejs api/codedeploy",
      "x-amz-date": "20260101T000000Z",
      authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/codedeploy/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-target, Signature=${"0".repeat(64)}`,
    },
  };
}

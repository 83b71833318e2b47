/** Everything that can be said about the text of an AppSpec, whichever platform it is for. */
import { AppSpecDocument } from "../appSpecDocument.ts";
import { type LambdaAppSpec, readAllOfLambdaAppSpec } from "../lambdaAppSpec.ts";
import { type Complaint, Complaints, type Reading, spoken } from "./complaint.ts";
import { type EcsAppSpec, type EcsScenario, readEcsAppSpec } from "./ecsAppSpec.ts";
import { guessPlatform, type PlatformGuess } from "./platformGuess.ts";
import { readServerAppSpec, type ServerAppSpec } from "./serverAppSpec.ts";
import type { ServerScenario } from "./serverHooks.ts";
import { type TextTrouble, YamlText } from "./yamlText.ts";

export const appSpecPlatforms = ["lambda", "ecs", "server"] as const;

export type AppSpecPlatform = (typeof appSpecPlatforms)[number];

export interface CheckOptions {
  /** Without it, what the content looks like. */
  platform?: AppSpecPlatform | undefined;
  /** What is known of the deployment group that will use it. */
  scenario?: (EcsScenario & ServerScenario) | undefined;
}

export interface CheckedAppSpec {
  /** `undefined` where neither was it said nor does the content tell. */
  platform: AppSpecPlatform | undefined;
  /** In the order of the text. */
  complaints: Complaint[];
  appSpec: LambdaAppSpec | EcsAppSpec | ServerAppSpec | undefined;
}

/** Never throws: text that is no document is a complaint, too. */
export function checkAppSpec(content: string, { platform: given, scenario }: CheckOptions = {}): CheckedAppSpec {
  const text = new YamlText(content);
  const guess: PlatformGuess = given ? { platform: given } : guessPlatform(text);
  const { platform } = guess;
  const own = new Complaints();
  const broken = tellTroubles(text, platform, own);
  const nothing: Reading<never> = { appSpec: undefined, complaints: [] };
  const reading = broken || !platform ? nothing : readFor(platform, new AppSpecDocument(text), scenario ?? {});
  if (!broken && guess.remark) own.add("error", guess.place, guess.remark);
  const complaints = [...own.all, ...reading.complaints];
  complaints.sort((one, other) => one.line - other.line || one.column - other.column);
  return { platform, complaints, appSpec: own.hasErrors ? undefined : reading.appSpec };
}

function readFor(platform: AppSpecPlatform, document: AppSpecDocument, scenario: EcsScenario & ServerScenario) {
  switch (platform) {
    case "lambda":
      return readAllOfLambdaAppSpec(document);
    case "ecs":
      return readEcsAppSpec(document, scenario);
    case "server":
      return readServerAppSpec(document, scenario);
  }
}

/** Whether the text is so broken that reading it would only bring forth complaints about the breakage. */
function tellTroubles({ troubles }: YamlText, platform: AppSpecPlatform | undefined, complaints: Complaints): boolean {
  let broken = false;
  let line = 0;
  for (const trouble of troubles) {
    const { kind, found } = trouble;
    const harmless = kind === "meaningless" || (platform === "server" && kind !== "syntax");
    broken ||= kind === "syntax";
    // One mistake makes the parser stumble several times.
    if (kind === "syntax" && trouble.line === line) continue;
    if (kind === "syntax") line = trouble.line;
    const message = sentenceOf(trouble, platform);
    complaints.add(harmless ? "warning" : "error", trouble, { message, found, allowed: ALLOWED[kind] });
  }
  return broken;
}

const ALLOWED: Readonly<Record<TextTrouble["kind"], string>> = {
  syntax: "YAML 1.1 or JSON",
  duplicateKey: "each key once",
  severalDocuments: "one document",
  meaningless: "neither tags nor directives",
};

function sentenceOf({ kind, message, found }: TextTrouble, platform: AppSpecPlatform | undefined): string {
  const server = platform === "server";
  switch (kind) {
    case "syntax":
      return `this is neither valid YAML nor valid JSON: ${message}`;
    case "duplicateKey":
      return server ? `${spoken(found)} is given twice; the agent takes the last` : `${spoken(found)} is given twice`;
    case "severalDocuments":
      return server ? `${message}; the agent reads the first` : message;
    case "meaningless":
      return `${message}; it means nothing in an AppSpec`;
  }
}

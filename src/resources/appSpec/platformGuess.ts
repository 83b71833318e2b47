/** Which platform an AppSpec is for, by what is in it. */
import { AppSpecDocument, type AppSpecNode } from "../appSpecDocument.ts";
import { Complaints, type Place, type Remark } from "./complaint.ts";
import type { YamlText } from "./yamlText.ts";

/** The platform, or why the content does not tell. */
export type PlatformGuess =
  | { platform: "lambda" | "ecs" | "server"; remark?: undefined }
  | { platform: undefined; remark: Remark; place: Place };

const SERVER_KEYS = ["os", "files", "permissions", "file_exists_behavior"];
const PLATFORM_OF_TYPE = { "AWS::Lambda::Function": "lambda", "AWS::ECS::Service": "ecs" } as const;
const PLATFORM_OF_PROPERTY = [
  ["TaskDefinition", "ecs"],
  ["LoadBalancerInfo", "ecs"],
  ["Alias", "lambda"],
  ["TargetVersion", "lambda"],
] as const;
const ALLOWED = "os and files (Server), or a resource of Type AWS::Lambda::Function or AWS::ECS::Service";

export function guessPlatform(text: YamlText): PlatformGuess {
  // What is said meanwhile is nobody's business: the document is read again by the rules of its platform.
  const root = new AppSpecDocument(text).root({ complaints: new Complaints(), keys: "anyCase" });
  if (SERVER_KEYS.some((key) => root.member(key)) || root.member("hooks")?.kind === "map")
    return { platform: "server" };
  const resource = firstResource(root);
  const type = resource?.member("Type");
  const byType = Object.entries(PLATFORM_OF_TYPE).find(([name]) => name.toLowerCase() === type?.written.toLowerCase());
  if (byType) return { platform: byType[1] };
  const properties = resource?.member("Properties");
  const byProperty = type ? undefined : PLATFORM_OF_PROPERTY.find(([key]) => properties?.member(key));
  if (byProperty) return { platform: byProperty[1] };
  const found = type ? `Type ${type.found}` : root.kind === "map" ? "neither of them" : root.found;
  const message = `this is no AppSpec of any platform: there is ${found}, and there should be ${ALLOWED}`;
  return { platform: undefined, remark: { message, found, allowed: ALLOWED }, place: (type ?? root).place };
}

function firstResource(root: AppSpecNode): AppSpecNode | undefined {
  const resources = root.member("Resources");
  const first = resources?.kind === "list" ? resources.items()?.[0] : resources;
  return first?.members()[0]?.[1];
}

/**
 * Writes a file of src/shapes/ from each service model of model/: the operation table and the shapes, with types and error
 * classes where JSON is spoken. Nobody types those by hand. `npm run generate` rewrites the files; a test fails when one
 * differs from its model.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface ModelShape {
  type: "structure" | "list" | "map" | "string" | "integer" | "long" | "double" | "boolean" | "timestamp";
  members?: Record<string, string>;
  member?: string;
  key?: string;
  value?: string;
  enum?: string[];
}
interface Model {
  service: string;
  apiVersion: string;
  operations: Record<string, { input?: string | null; output?: string | null; errors: string[]; deprecated?: boolean }>;
  shapes: Record<string, ModelShape>;
}
interface JsonModel extends Model {
  protocol: "awsJson1.1";
  targetPrefix: string;
  errors: string[];
}
/** Its operations that are not built have neither input nor output. */
interface QueryModel extends Model {
  protocol: "awsQuery";
}

/** The file of src/shapes/ for each file of model/. */
export const generated = [
  { model: "codedeploy-2014-10-06.json", file: new URL("../src/shapes/codedeploy.ts", import.meta.url) },
  { model: "ecs-2014-11-13.json", file: new URL("../src/shapes/ecs.ts", import.meta.url) },
  { model: "elbv2-2015-12-01.json", file: new URL("../src/shapes/elbv2.ts", import.meta.url) },
];

/** The whole text of a generated file. */
export function generate(modelFile: string): string {
  const text = readFileSync(new URL(`../model/${modelFile}`, import.meta.url), "utf8");
  const model = JSON.parse(text) as JsonModel | QueryModel;
  return [
    `// GENERATED from model/${modelFile} by \`npm run generate\`. Do not edit.`,
    ...(model.protocol === "awsQuery" ? queryHead(model) : jsonHead(model)),
    "/** Names of the shapes an operation takes and answers, and every error it may raise. */",
    "export const operations = {",
    ...Object.entries(model.operations).map(([name, { input, output, errors, deprecated }]) => {
      const entry = { input, output, deprecated: deprecated === true, errors };
      return `  ${name}: ${JSON.stringify(entry)},`;
    }),
    "} as const;",
    "",
    model.protocol === "awsQuery"
      ? "/** Every shape in a form that Query's forms are read by, with what its values must be. */"
      : "/** Every shape in a form the codec reads. */",
    "export const shapes = {",
    ...Object.entries(model.shapes).map(([name, shape]) => {
      return `  ${name}: ${JSON.stringify(model.protocol === "awsQuery" ? shape : wireShape(shape))},`;
    }),
    "} as const;",
    "",
  ].join("\n");
}

function jsonHead(model: JsonModel): string[] {
  return [
    `/** Shapes, errors and operations of ${model.service} ${model.apiVersion}, as they are on the wire. */`,
    'import { ModelledError } from "./modelledError.ts";',
    "",
    `export const targetPrefix = ${JSON.stringify(model.targetPrefix)};`,
    "",
    ...Object.entries(model.shapes).flatMap(([name, shape]) => declaration(name, shape, model)),
    ...model.errors.map((name) => `export class ${name} extends ModelledError {}`),
    "",
    "export interface Operations {",
    ...Object.entries(model.operations).map(([name, { input, output }]) => {
      const inputType = input ?? "Record<string, never>";
      return `  ${name}: { input: ${inputType}; output: ${output ?? "Record<string, never>"} };`;
    }),
    "}",
    "",
  ];
}

/** Errors are codes in Query. Everything else arrives as a text and is made what its shape says: the SDK's own types hold. */
function queryHead({ service, apiVersion }: QueryModel): string[] {
  return [
    `/** Shapes and operations of ${service} ${apiVersion}, as they are on the wire. */`,
    `export const apiVersion = ${JSON.stringify(apiVersion)};`,
    "",
  ];
}

function declaration(name: string, shape: ModelShape, model: Model): string[] {
  if (shape.type === "structure") {
    const members = Object.entries(shape.members ?? {});
    if (members.length === 0) return [`export type ${name} = Record<string, never>;`, ""];
    return [
      `export interface ${name} {`,
      ...members.map(([member, target]) => `  ${member}?: ${reference(target, model)} | undefined;`),
      "}",
      "",
    ];
  }
  if (!shape.enum) return [];
  const values = JSON.stringify(shape.enum);
  return [
    `export const ${name}Values = ${values} as const;`,
    `export type ${name} = (typeof ${name}Values)[number];`,
    "",
  ];
}

/** An enum member is only a string until a rule has looked at it: clients may send any text. */
function reference(name: string, model: Model): string {
  const shape = model.shapes[name];
  if (!shape) throw new Error(`the model refers to ${name} and does not define it`);
  switch (shape.type) {
    case "structure":
      return name;
    case "list":
      return `${reference(String(shape.member), model)}[]`;
    case "map":
      return `Record<string, ${reference(String(shape.value), model)}>`;
    case "string":
      return "string";
    case "boolean":
      return "boolean";
    case "integer":
    case "long":
    case "double":
    case "timestamp":
      return "number";
  }
}

function wireShape({ type, members, member, value }: ModelShape) {
  if (type === "structure") return { type, members: members ?? {} };
  if (type === "list") return { type, member };
  if (type === "map") return { type, value };
  return { type };
}

if (import.meta.main) {
  for (const { model, file } of generated) writeFileSync(file, generate(model));
}

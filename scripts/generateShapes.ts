/**
 * Writes a file of src/shapes/ from each service model of model/: types, error classes and the operation table.
 * Nobody types those by hand. `npm run generate` rewrites the files; a test fails when one differs from its model.
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
  targetPrefix: string;
  operations: Record<string, { input: string | null; output: string | null; errors: string[]; deprecated?: boolean }>;
  errors: string[];
  shapes: Record<string, ModelShape>;
}

/** The file of src/shapes/ for each file of model/. */
export const generated = [
  { model: "codedeploy-2014-10-06.json", file: new URL("../src/shapes/codedeploy.ts", import.meta.url) },
  { model: "ecs-2014-11-13.json", file: new URL("../src/shapes/ecs.ts", import.meta.url) },
];

/** The whole text of a generated file. */
export function generate(modelFile: string): string {
  const model = JSON.parse(readFileSync(new URL(`../model/${modelFile}`, import.meta.url), "utf8")) as Model;
  return [
    `// GENERATED from model/${modelFile} by \`npm run generate\`. Do not edit.`,
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
    "/** Names of the shapes an operation takes and answers, and every error it may raise. */",
    "export const operations = {",
    ...Object.entries(model.operations).map(([name, { input, output, errors, deprecated }]) => {
      const entry = { input, output, deprecated: deprecated === true, errors };
      return `  ${name}: ${JSON.stringify(entry)},`;
    }),
    "} as const;",
    "",
    "/** Every shape in a form the codec reads. */",
    "export const shapes = {",
    ...Object.entries(model.shapes).map(([name, shape]) => `  ${name}: ${JSON.stringify(wireShape(shape))},`),
    "} as const;",
    "",
  ].join("\n");
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

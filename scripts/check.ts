/** `npm run check`: types, formatting and lint. Exits with 1 when one of them complains. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const bin = join(import.meta.dirname, "..", "node_modules", ".bin");
const checks: [program: string, ...arguments_: string[]][] = [
  ["tsc", "-p", "tsconfig.json"],
  ["biome", "check", "--error-on-warnings", "."],
];
const failed = checks.filter(([program, ...rest]) => {
  const { status } = spawnSync(join(bin, program), rest, { stdio: "inherit", cwd: join(import.meta.dirname, "..") });
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;

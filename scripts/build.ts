/** `npm run build`: `dist/`, which runs with plain Node. The compiled sources, and the files they read; nothing else. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, globSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const source = join(root, "src");
const target = join(root, "dist");

/** What is read or run as it stands. */
const verbatim = [
  "signalbox.cjs",
  "store/migrations/*.sql",
  "store/postgres/migrations/*.sql",
  "local/lambda/bootstraps/*.{cjs,mjs,py}",
];

rmSync(target, { recursive: true, force: true });
const tsc = join(root, "node_modules", ".bin", "tsc");
const { status } = spawnSync(tsc, ["-p", join(root, "tsconfig.build.json")], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
if (status !== 0) process.exit(status ?? 1);
for (const pattern of verbatim) {
  const files = globSync(join(source, pattern));
  if (files.length === 0) throw new Error(`no file matches src/${pattern}`);
  for (const file of files) copy(file, join(target, relative(source, file)));
}
chmodSync(join(target, "signalbox.cjs"), 0o755);

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

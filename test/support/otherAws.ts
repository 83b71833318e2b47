/** AWS's APIs as others have built them: what TEST_AWS_ENDPOINT names, else moto_server where it is installed. */
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { freePort } from "./freePort.ts";
import type { Owner } from "./signalbox.ts";
import { waitFor } from "./waitFor.ts";

const named = process.env["TEST_AWS_ENDPOINT"];

/** Why tests with such an implementation cannot run here, or `false`. */
export const whyNoOtherAws: string | false =
  named || spawnSync("moto_server", ["--help"]).status === 0
    ? false
    : "TEST_AWS_ENDPOINT names none, and moto_server is not installed";

/** A name that no earlier run has given to anything there. */
export const newName = (kind: string): string => `${kind}-${randomUUID().slice(0, 8)}`;

/** Its URL. The one that is named keeps what others have made there; moto is started anew, and ends with its owner. */
export async function otherAws(owner: Owner): Promise<string> {
  if (named) return named.replace(/\/+$/, "");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  owner.after(async () => void server.kill("SIGKILL"));
  await waitFor("moto answers", () =>
    fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return url;
}

/** The database breaks off all connections again and again, in the midst of writes: what was acknowledged is there. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { clientOf, deployCanary, healthOf, statusOf } from "../support/canary.ts";
import { startLambdaModel } from "../support/lambdaModel.ts";
import { needsPostgres, testSchema } from "../support/postgres.ts";
import { startProgram } from "../support/realProgram.ts";
import { waitFor } from "../support/waitFor.ts";

/** Of connections that are lost at the same time as they are used. */
const OUTAGES = 12;

it("the database breaks off all connections while requests write and deployments turn", needsPostgres, async (test) => {
  const schema = testSchema();
  await schema.query(`create schema "${schema.name}"`);
  const directory = mkdtempSync(join(tmpdir(), "signalbox-outage-"));
  const model = await startLambdaModel(async () => "not reported");
  const program = await startProgram({
    ...{ "data-dir": directory, "database-url": schema.url, endpoint: `lambda=${model.url}` },
    ...{ "hook-timeout": "1s", "hook-invocation": "event" },
  });
  test.after(async () => {
    await program.kill9();
    await model.close();
    await schema.discard();
    rmSync(directory, { recursive: true, force: true });
  });
  const codedeploy = clientOf(program.url);
  const acknowledged: string[] = [];
  const errors: string[] = [];
  let isOver = false;
  const create = async (worker: number) => {
    for (let index = 0; !isOver; index++) {
      const applicationName = `app-${worker}-${index}`;
      await codedeploy.createApplication({ applicationName, computePlatform: "Lambda" }).then(
        () => acknowledged.push(applicationName),
        (error: Error) => errors.push(error.name),
      );
    }
  };
  const deployments = await Promise.all(
    [1, 2, 3, 4].map(() => deployCanary(codedeploy, 1_000, { BeforeAllowTraffic: "f" })),
  );
  const workers = [1, 2, 3, 4, 5, 6].map(create);
  for (let outage = 0; outage < OUTAGES; outage++) {
    const before = acknowledged.length;
    await waitFor("requests are answered again", () => acknowledged.length > before + 20);
    await schema.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()",
      [schema.name],
    );
  }
  isOver = true;
  await Promise.all(workers);
  const { applications = [] } = await allApplications();
  const lost = acknowledged.filter((name) => !applications.includes(name));
  assert.deepEqual(lost, []);
  assert.deepEqual(
    [...new Set(errors)].filter((name) => name !== "ServiceUnavailable"),
    [],
  );
  for (const deploymentId of deployments) {
    await waitFor("each went on to its end", async () => (await statusOf(codedeploy, deploymentId)) === "Failed");
  }
  const { status, writesRefused, deploymentsWithFaults } = await healthOf(program.url);
  assert.deepEqual([status, writesRefused, deploymentsWithFaults], ["ok", null, 0]);

  async function allApplications() {
    const applications: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await codedeploy.listApplications({ ...(nextToken ? { nextToken } : {}) });
      applications.push(...(page.applications ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
    return { applications };
  }
});

/** `signalbox rollback-drill`: what a drill has shown, as a table or as JSON, and the exit code that it means. */
import { Command, Option } from "commander";
import type { DrillReport } from "../management/rollbackDrill.ts";
import type { ClientSettings } from "../settings.ts";
import { clientOptions, clientSettings, type Given, terminal, told } from "./clientCommand.ts";
import { type ExitCode, exitCodes } from "./exitCodes.ts";
import { type Paint, painter, type Tone } from "./paint.ts";
import { request } from "./request.ts";
import { plain } from "./wording.ts";

type Row = DrillReport["rows"][number];

const EXIT_CODES = `
Exit codes:
  ${exitCodes.succeeded}   every failure was followed by what the group's configuration asks for
  ${exitCodes.failed}   at least one target was not restored, or could not be rehearsed; or the drill was refused
  ${exitCodes.usage}  the arguments cannot be used
  ${exitCodes.unreachable}  no signalbox answers`;

export function rollbackDrillCommand(): Command {
  const command = new Command("rollback-drill")
    .description("Rehearse a group's rollback: inject a failure at each step in turn, on aliases that no traffic uses.")
    .requiredOption("--application <name>", "The application.")
    .requiredOption("--deployment-group <name>", "The deployment group.")
    .addOption(new Option("--format <name>", "How to tell it.").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXIT_CODES);
  return clientOptions(command).action((given: Given) =>
    told(async () => {
      const report = await drill(clientSettings(given), {
        applicationName: String(given["application"]),
        deploymentGroupName: String(given["deploymentGroup"]),
      });
      const { output, terminal: settings } = terminal();
      const isJson = given["format"] === "json";
      const lines = isJson ? [JSON.stringify(report)] : drillLines(report, painter(settings.colour));
      for (const line of lines) output.write(`${line}\n`);
      return drillExitCode(report);
    }),
  );
}

async function drill(client: ClientSettings, group: object): Promise<DrillReport> {
  return (await request(client, "/_signalbox/rollback-drill", {
    method: "POST",
    body: JSON.stringify(group),
    patienceMs: null,
  })) as unknown as DrillReport;
}

function drillExitCode({ summary }: DrillReport): ExitCode {
  return summary.notRestored + summary.notRehearsed === 0 ? exitCodes.succeeded : exitCodes.failed;
}

const tones: Record<Row["verdict"], Tone> = {
  restored: "good",
  "not rolled back by configuration": "busy",
  "NOT RESTORED": "bad",
  "NOT REHEARSED": "bad",
};

function drillLines(report: DrillReport, paint: Paint): string[] {
  const { applicationName, deploymentGroupName, deploymentConfigName, functionName, alias } = report;
  const { fromVersion, toVersion, hooks, rows } = report;
  const unnamed = (["BeforeAllowTraffic", "AfterAllowTraffic"] as const).filter((hook) => hooks[hook] === undefined);
  const titles = Math.max(...rows.map(({ injection }) => injection.length));
  const verdicts = Math.max(...rows.map(({ verdict }) => verdict.length));
  return [
    plain(`Rollback drill of ${applicationName}/${deploymentGroupName} with ${deploymentConfigName}`),
    plain(
      `Function ${functionName} from version ${fromVersion} to version ${toVersion}; alias ${alias} was only read.`,
    ),
    ...unnamed.map((hook) => `The AppSpec names no ${hook} function; its failures are rehearsed as if it did.`),
    "",
    ...rows.flatMap((row) => rowLines(row, { titles, verdicts }, paint)),
    "",
    ...summaryLines(report, paint),
  ];
}

function rowLines(
  { injection, verdict, status, rollbackStatus, why }: Row,
  widths: Record<"titles" | "verdicts", number>,
  paint: Paint,
) {
  const ended =
    status === null ? "" : `deployment ${status}, ${rollbackStatus ? `rollback ${rollbackStatus}` : "no rollback"}`;
  const columns = `${injection.padEnd(widths.titles)}  ${paint(tones[verdict], verdict.padEnd(widths.verdicts))}  ${ended}`;
  return [columns.trimEnd(), ...(why === "" ? [] : [`    ${plain(why)}`])];
}

function summaryLines({ summary, leftBehind, functionName }: DrillReport, paint: Paint): string[] {
  const { runs, restored, notRolledBackByConfiguration: kept, notRestored, notRehearsed } = summary;
  const bad = [
    ...(notRestored > 0 ? [`${notRestored} NOT RESTORED`] : []),
    ...(notRehearsed > 0 ? [`${notRehearsed} NOT REHEARSED`] : []),
  ];
  const told = [`${restored} restored`, ...(kept > 0 ? [`${kept} not rolled back by configuration`] : []), ...bad];
  const lines = [paint("strong", `${runs} failures injected: ${told.join(", ")}.`)];
  if (kept > 0) {
    lines.push(
      paint(
        "busy",
        `Warning: after ${kept} of them traffic stays on the new version, because the group asks for no rollback.`,
      ),
    );
  }
  if (leftBehind.length > 0) {
    const names = `${leftBehind.join(", ")} of function ${functionName}`;
    lines.push(paint("busy", `Warning: not deleted were the aliases ${plain(names)}; the next drill tries again.`));
  }
  return lines;
}

/** The command line. Everything but `serve` speaks to a running signalbox through its public API alone. */
import { Command } from "commander";
import { environmentVariable, type SettingTexts, settingRows } from "../settings.ts";

export interface ProgramOptions {
  version: string;
  /** Runs the server; `whenReady` is called once with its address. */
  serve: (texts: SettingTexts, whenReady: (url: string) => Promise<void>) => Promise<void>;
}

export function program({ version, serve }: ProgramOptions): Command {
  const root = new Command("signalbox")
    .description("CodeDeploy that anyone can run, and it really deploys.")
    .version(version)
    .showHelpAfterError();
  root.addCommand(serveCommand(serve));
  return root;
}

function serveCommand(serve: ProgramOptions["serve"]): Command {
  const command = new Command("serve").description("Run the server. Every flag can also be given as a variable.");
  for (const { flag, value, default: fallback, sentence } of settingRows) {
    const told = fallback === "" ? "" : ` Default ${fallback}.`;
    command.option(`--${flag} <${value}>`, `${sentence}${told} [${environmentVariable(flag)}]`);
  }
  command.option("--demo", "When ready, show two Lambda deployments: a good one, and a bad one that is rolled back.");
  return command.action(async (options: Record<string, string | boolean | undefined>) => {
    const texts = Object.fromEntries(
      settingRows.map(({ flag }) => [flag, options[camelCase(flag)]]).filter(([, text]) => text !== undefined),
    ) as SettingTexts;
    await serve(texts, async () => {});
  });
}

/** Commander's name for a flag. */
function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

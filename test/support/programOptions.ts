/** What the programs beside signalbox are told on their command lines: `--help` tells all of it, and what is wrong is said in a line. */
import { Command, InvalidArgumentError } from "commander";

/** A program that is run as `npm run <name> -- ...`. */
export function programOptions(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .description(description)
    .configureHelp({ helpWidth: 120 })
    .showHelpAfterError("--help tells what there is.");
}

/** 1, 2, 3 and so on. */
export function countIn(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("It must be a whole number above 0.");
  return Number(text);
}

/** Above 0, with a fraction where it has one. */
export function amountIn(text: string): number {
  const amount = Number(text);
  if (!(amount > 0 && Number.isFinite(amount))) throw new InvalidArgumentError("It must be a number above 0.");
  return amount;
}

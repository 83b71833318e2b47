/** What is told about a file that a command was given and cannot use. */

/** One sentence, whatever the system says. */
export function fileProblem(file: string, error: unknown, done: "read" | "written" = "read"): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return done === "read" ? `There is no file ${file}.` : `There is no folder for ${file}.`;
  return `${file} cannot be ${done}: ${code === "EISDIR" ? "it is a directory" : message}.`;
}

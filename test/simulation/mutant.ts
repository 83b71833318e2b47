/** A fault that is put into the program on purpose, and who must notice it. */
export interface Mutant {
  name: string;
  /** Relative to src/. */
  file: string;
  /** Must be there exactly once. */
  find: string;
  replace: string;
  caughtBy: "simulation" | "nodes" | "ecs" | "store contract" | "unit";
  /** More flags of the simulation, where it takes many seeds otherwise. */
  flags?: string[];
  /** The unit test that must notice it, relative to src/. */
  test?: string;
}

export const mutant = (name: string, file: string, find: string, replace: string): Mutant => {
  return { name, file, find, replace, caughtBy: "simulation" };
};

export const storeMutant = (...args: Parameters<typeof mutant>): Mutant => {
  return { ...mutant(...args), caughtBy: "store contract" };
};

export const unitMutant = (test: string, ...args: Parameters<typeof mutant>): Mutant => {
  return { ...mutant(...args), caughtBy: "unit", test };
};

/** The constraints of the service model on members, complained about together as AWS does. */
import { CloudWatchError } from "./cloudWatchError.ts";

export type Constraints = ReturnType<typeof constraints>;

/** Collects what is wrong; `enforce` throws ValidationError when there was anything. Absent members pass but `required`. */
export function constraints() {
  const broken: string[] = [];
  const complain = (value: unknown, member: string, constraint: string) => {
    const shown = value === undefined ? "null" : `'${Array.isArray(value) ? `[${value.join(", ")}]` : value}'`;
    broken.push(`Value ${shown} at '${firstSmall(member)}' failed to satisfy constraint: ${constraint}`);
  };
  return {
    required(value: unknown, member: string): void {
      if (value === undefined) complain(value, member, "Member must not be null");
    },
    length(value: string | readonly unknown[] | undefined, member: string, least: number, most: number): void {
      if (value === undefined) return;
      if (value.length < least) complain(value, member, `Member must have length greater than or equal to ${least}`);
      if (value.length > most) complain(value, member, `Member must have length less than or equal to ${most}`);
    },
    range(value: number | undefined, member: string, least: number, most = Number.POSITIVE_INFINITY): void {
      if (value === undefined) return;
      if (value < least) complain(value, member, `Member must have value greater than or equal to ${least}`);
      if (value > most) complain(value, member, `Member must have value less than or equal to ${most}`);
    },
    oneOf(value: string | undefined, member: string, allowed: readonly string[]): void {
      if (value === undefined || allowed.includes(value)) return;
      complain(value, member, `Member must satisfy enum value set: [${allowed.join(", ")}]`);
    },
    enforce(): void {
      if (broken.length === 0) return;
      const count = `${broken.length} validation error${broken.length > 1 ? "s" : ""} detected`;
      throw new CloudWatchError("ValidationError", `${count}: ${broken.join("; ")}`);
    },
  };
}

const firstSmall = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);

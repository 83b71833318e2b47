/** What the driver of PostgreSQL throws. */
import { DatabaseError } from "pg";

export function databaseError(code: string, message: string): DatabaseError {
  const error = new DatabaseError(message, 0, "error");
  error.code = code;
  error.severity = "ERROR";
  return error;
}

export const connectionLost = (): Error => new Error("Connection terminated unexpectedly");

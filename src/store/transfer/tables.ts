/** What an installation consists of: its tables, each with the columns that tell its rows apart and give their order. */

export const TABLES: Readonly<Record<string, readonly string[]>> = {
  installation: ["name"],
  application: ["n"],
  deployment_config: ["account_id", "region", "name"],
  deployment_group: ["n"],
  revision: ["application_n", "identity"],
  tag: ["resource_id", "key"],
  deployment: ["n"],
  deployment_plan: ["deployment_n"],
  target: ["deployment_n", "target_id"],
  inbox: ["n"],
  effect: ["deployment_n", "key"],
  history: ["deployment_n", "version"],
  notification: ["n"],
  audit: ["n"],
  on_premises_instance: ["account_id", "region", "name"],
  on_premises_tag: ["account_id", "region", "name", "key"],
  github_token: ["account_id", "region", "name"],
};

/** Tables that give numbers, each of them once. */
export const NUMBERED = Object.keys(TABLES).filter((table) => TABLES[table]?.[0] === "n");

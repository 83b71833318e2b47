/** The conditions of rules: what is valid, and the form in which AWS answers them. */
import { BlockList, isIP } from "node:net";
import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { invalid, notBuilt } from "./elbError.ts";
import { LIMITS } from "./limits.ts";

/** Values of a rule altogether, and wildcards. */
const MOST_VALUES = LIMITS["condition-values-per-alb-rule"];
const MOST_WILDCARDS = LIMITS["condition-wildcards-per-alb-rule"];
const LONGEST_VALUE = 128;
const FIELDS = ["host-header", "path-pattern", "http-header", "http-request-method", "query-string", "source-ip"];
/** Those of which a rule may have several. */
const REPEATABLE = ["http-header", "query-string"];

/** The conditions as they are kept; throws what is wrong with them. */
export function requireConditions(conditions: RuleCondition[]): RuleCondition[] {
  if (conditions.length === 0) throw invalid("A condition must be specified");
  const kept = conditions.map(conditionOf);
  for (const field of FIELDS) {
    const count = kept.filter(({ Field }) => Field === field).length;
    if (count > 1 && !REPEATABLE.includes(field))
      throw invalid(`A rule can have only one condition with field '${field}'`);
  }
  const values = kept.flatMap(valuesOf);
  if (values.length > MOST_VALUES) throw invalid(`A rule can have at most ${MOST_VALUES} condition values`);
  const wildcards = values.join("").match(/[*?]/g)?.length ?? 0;
  if (wildcards > MOST_WILDCARDS) throw invalid(`A rule can have at most ${MOST_WILDCARDS} wildcards`);
  return kept;
}

function conditionOf(condition: RuleCondition): RuleCondition {
  const { Field, Values, RegexValues, HostHeaderConfig, PathPatternConfig, HttpHeaderConfig } = condition;
  if (RegexValues || HostHeaderConfig?.RegexValues || PathPatternConfig?.RegexValues || HttpHeaderConfig?.RegexValues) {
    throw notBuilt("regular expressions in conditions");
  }
  switch (Field) {
    case "host-header": {
      const texts = requireTexts(Field, HostHeaderConfig?.Values ?? Values, /^[A-Za-z0-9.*?_:-]+$/);
      return { Field, Values: texts, HostHeaderConfig: { Values: texts } };
    }
    case "path-pattern": {
      const texts = requireTexts(Field, PathPatternConfig?.Values ?? Values, /^[A-Za-z0-9_.$/~"'@:+&()!,;=%*?-]+$/);
      return { Field, Values: texts, PathPatternConfig: { Values: texts } };
    }
    case "http-header": {
      const HttpHeaderName = HttpHeaderConfig?.HttpHeaderName ?? "";
      if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}$/.test(HttpHeaderName)) {
        throw invalid("The header name of a condition must have 1 to 40 characters that a header name can have");
      }
      if (HttpHeaderName.toLowerCase() === "host")
        throw invalid("A condition on the header Host is one of host-header");
      return { Field, HttpHeaderConfig: { HttpHeaderName, Values: requireTexts(Field, HttpHeaderConfig?.Values) } };
    }
    case "http-request-method": {
      const texts = requireTexts(Field, condition.HttpRequestMethodConfig?.Values, /^[A-Z_-]{1,40}$/);
      return { Field, HttpRequestMethodConfig: { Values: texts } };
    }
    case "query-string":
      return { Field, QueryStringConfig: { Values: pairsOf(condition) } };
    case "source-ip": {
      if (condition.SourceIpConfig?.IpAddressType) throw notBuilt("conditions on the type of a source's address");
      const texts = requireTexts(Field, condition.SourceIpConfig?.Values);
      for (const text of texts) requireNetwork(text);
      return { Field, SourceIpConfig: { Values: texts } };
    }
    default:
      throw invalid(`Condition field '${Field ?? ""}' must be one of '[${FIELDS.join(", ")}]'`);
  }
}

function pairsOf({ QueryStringConfig }: RuleCondition): { Key?: string; Value: string }[] {
  const pairs = QueryStringConfig?.Values ?? [];
  if (pairs.length === 0) throw invalid("A condition of field 'query-string' must have values");
  return pairs.map(({ Key, Value }) => {
    requireTexts("query-string", [Value ?? ""]);
    if (Key !== undefined) requireTexts("query-string", [Key]);
    return { ...(Key === undefined ? {} : { Key }), Value: Value ?? "" };
  });
}

function requireTexts(field: string, values: string[] | undefined, allowed = /^[^\r\n\0]*$/): string[] {
  if (!values || values.length === 0) throw invalid(`A condition of field '${field}' must have values`);
  for (const value of values) {
    if (value === "" || value.length > LONGEST_VALUE) {
      throw invalid(`A value of field '${field}' must have 1 to ${LONGEST_VALUE} characters`);
    }
    if (!allowed.test(value)) throw invalid(`The value '${value}' is not valid for field '${field}'`);
  }
  return [...values];
}

function valuesOf(condition: RuleCondition): string[] {
  const { HttpHeaderConfig, HttpRequestMethodConfig, QueryStringConfig, SourceIpConfig, Values } = condition;
  const configured = HttpHeaderConfig ?? HttpRequestMethodConfig ?? SourceIpConfig;
  return (
    configured?.Values ?? QueryStringConfig?.Values?.map(({ Key, Value }) => `${Key ?? ""}${Value}`) ?? Values ?? []
  );
}

function requireNetwork(text: string): void {
  if (!networkOf(text)) throw invalid(`The source IP '${text}' is not a network in CIDR notation such as 10.0.0.0/8`);
}

/** The addresses of a network in CIDR notation; `undefined` for what is none. */
export function networkOf(text: string): BlockList | undefined {
  const [, address = "", length = ""] = /^([0-9A-Fa-f.:]+)\/([0-9]{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || Number(length) > (version === 4 ? 32 : 128)) return undefined;
  const network = new BlockList();
  network.addSubnet(address, Number(length), version === 4 ? "ipv4" : "ipv6");
  return network;
}

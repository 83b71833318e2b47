/** Listeners: created, described, changed, deleted, and their certificates. */
import type {
  AddListenerCertificatesCommandInput,
  Certificate,
  CreateListenerCommandInput,
  DeleteListenerCommandInput,
  DescribeListenerCertificatesCommandInput,
  DescribeListenersCommandInput,
  ModifyListenerCommandInput,
  RemoveListenerCertificatesCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { requireActions } from "./actions.ts";
import { listenerArn, newSuffix, ruleArn } from "./arns.ts";
import type { BalancerStore, Change } from "./balancerStore.ts";
import { elbError, invalid, notBuilt } from "./elbError.ts";
import { LIMITS } from "./limits.ts";
import { type Control, given, type Operation, page, requireListener, requireLoadBalancer } from "./operation.ts";
import { DEFAULT_PRIORITY, isHttp, isSecure, type Listener, type LoadBalancer, type Rule } from "./resources.ts";
import { requireTags } from "./tagOperations.ts";

const MOST_CERTIFICATES = 26;
const SSL_POLICY = /^ELBSecurityPolicy-[A-Za-z0-9-]{1,100}$/;
const DEFAULT_SSL_POLICY = "ELBSecurityPolicy-2016-08";

export const createListener: Operation<CreateListenerCommandInput> = async (control, scope, input) => {
  const { store, dataPlane } = control;
  const loadBalancer = requireLoadBalancer(control, scope, input.LoadBalancerArn);
  const settings = settingsOf(control, loadBalancer, input);
  const actions = requireActions(control, scope, { ...settings, loadBalancer }, input.DefaultActions ?? []);
  const tags = requireTags(input.Tags);
  const others = store.listenersOf(loadBalancer.arn);
  const found = others.find(({ port }) => port === settings.port);
  if (found) return { Listeners: [view(store, requireSame(store, found, { ...found, ...settings }, actions))] };
  const most = LIMITS[`listeners-per-${loadBalancer.type}-load-balancer`];
  if (others.length >= most) {
    throw elbError("TooManyListeners", `A load balancer can have at most ${most} listeners`);
  }
  const arn = listenerArn(loadBalancer.arn, newSuffix(control.ids));
  const asked = { arn, loadBalancerArn: loadBalancer.arn, ...settings, attributes: {}, tags };
  const opened = await dataPlane.open(asked);
  const listener: Listener = { ...asked, boundPort: opened.port };
  const rule: Rule = {
    arn: ruleArn(arn, newSuffix(control.ids)),
    listenerArn: arn,
    priority: DEFAULT_PRIORITY,
    conditions: [],
    actions,
    tags: {},
  };
  try {
    // Binding a port takes its time, in which others may have come.
    requireLoadBalancer(control, scope, loadBalancer.arn);
    requireActions(control, scope, { ...settings, loadBalancer }, actions);
    requireFree(store, listener);
    store.commit([
      { kind: "listener", arn, value: listener },
      { kind: "rule", arn: rule.arn, value: rule },
    ]);
  } catch (error) {
    opened.close();
    throw error;
  }
  return { Listeners: [view(store, listener)] };
};

function requireSame(store: BalancerStore, found: Listener, asked: Listener, actions: Rule["actions"]): Listener {
  const same = JSON.stringify([found, defaultRuleOf(store, found).actions]) === JSON.stringify([asked, actions]);
  if (!same) throw duplicate(found);
  return found;
}

function requireFree(store: BalancerStore, { arn, loadBalancerArn, port }: Listener): void {
  const found = store.listenersOf(loadBalancerArn).find((other) => other.port === port && other.arn !== arn);
  if (found) throw duplicate(found);
}

const duplicate = ({ loadBalancerArn }: Listener) =>
  elbError("DuplicateListener", `A listener already exists on this port for this load balancer '${loadBalancerArn}'`);

export const describeListeners: Operation<DescribeListenersCommandInput> = (control, scope, input) => {
  const { LoadBalancerArn, ListenerArns } = input;
  if (LoadBalancerArn !== undefined && ListenerArns) {
    throw invalid("Listeners are described by load balancer or by ARNs, not by both");
  }
  if (LoadBalancerArn === undefined && !ListenerArns) {
    throw invalid("You must specify either listener ARNs or a load balancer ARN");
  }
  const asked = ListenerArns
    ? [...new Set(ListenerArns)].map((arn) => requireListener(control, scope, arn))
    : control.store.listenersOf(requireLoadBalancer(control, scope, LoadBalancerArn).arn);
  const sorted = asked.toSorted((one, other) => (one.arn < other.arn ? -1 : 1));
  const { items, NextMarker } = page(sorted, ({ arn }) => arn, input);
  return { Listeners: items.map((listener) => view(control.store, listener)), NextMarker };
};

export const modifyListener: Operation<ModifyListenerCommandInput> = async (control, scope, input) => {
  const { store, dataPlane } = control;
  const found = requireListener(control, scope, input.ListenerArn);
  const loadBalancer = requireLoadBalancer(control, scope, found.loadBalancerArn);
  const settings = settingsOf(control, loadBalancer, input, found);
  const changedRule = (): Rule => {
    const rule = defaultRuleOf(store, found);
    const asked = input.DefaultActions ?? rule.actions;
    return { ...rule, actions: requireActions(control, scope, { ...settings, loadBalancer }, asked, rule) };
  };
  changedRule();
  requireFree(store, { ...found, ...settings });
  const moves = settings.port !== found.port || settings.protocol !== found.protocol;
  const opened = moves ? await dataPlane.open({ ...found, ...settings }) : undefined;
  try {
    // Nothing comes between these lines and the next request: weights change at once and together.
    const present = requireListener(control, scope, found.arn);
    const listener = { ...present, ...settings, boundPort: opened?.port ?? present.boundPort };
    requireFree(store, listener);
    const rule = changedRule();
    store.commit([
      { kind: "listener", arn: listener.arn, value: listener },
      { kind: "rule", arn: rule.arn, value: rule },
    ]);
    return { Listeners: [view(store, listener)] };
  } catch (error) {
    opened?.close();
    throw error;
  }
};

export const deleteListener: Operation<DeleteListenerCommandInput> = (control, scope, { ListenerArn }) => {
  const { arn } = requireListener(control, scope, ListenerArn);
  const rules = control.store.rulesOf(arn).map((rule): Change => ({ kind: "rule", arn: rule.arn }));
  control.store.commit([...rules, { kind: "listener", arn }]);
  return {};
};

type Asked = Pick<
  CreateListenerCommandInput,
  "Protocol" | "Port" | "SslPolicy" | "Certificates" | "AlpnPolicy" | "MutualAuthentication"
>;
type Settings = Pick<Listener, "protocol" | "port" | "certificates" | "sslPolicy" | "alpnPolicy">;

function settingsOf(control: Control, { type }: LoadBalancer, asked: Asked, known?: Listener): Settings {
  if (asked.MutualAuthentication && asked.MutualAuthentication.Mode !== "off") throw notBuilt("mutual TLS");
  const wanted = asked.Protocol ?? known?.protocol;
  if (wanted === undefined) throw invalid("A listener protocol must be specified");
  const port = asked.Port ?? known?.port;
  if (port === undefined) throw invalid("A listener port must be specified");
  const ofType = type === "application" ? (["HTTP", "HTTPS"] as const) : (["TCP", "TLS"] as const);
  const protocol = ofType.find((candidate) => candidate === wanted);
  if (!protocol) {
    if (type === "network" && wanted !== "HTTP" && wanted !== "HTTPS") throw notBuilt(`listeners of ${wanted}`);
    throw elbError(
      "UnsupportedProtocol",
      `Listeners of ${type} load balancers speak ${ofType.join(" or ")}, not ${wanted}`,
    );
  }
  if (!isSecure({ protocol })) {
    if (asked.Certificates || asked.SslPolicy || asked.AlpnPolicy?.some((policy) => policy !== "None")) {
      throw invalid(`Certificates, SSL policies and ALPN policies cannot be specified for ${protocol} listeners`);
    }
    return { protocol, port, certificates: [] };
  }
  const sslPolicy = asked.SslPolicy ?? known?.sslPolicy ?? DEFAULT_SSL_POLICY;
  if (!SSL_POLICY.test(sslPolicy)) throw elbError("SSLPolicyNotFound", `SSL policy '${sslPolicy}' not found`);
  const alpnPolicy = asked.AlpnPolicy ?? known?.alpnPolicy;
  const certificates = certificatesOf(control, asked.Certificates, known);
  return { protocol, port, certificates, sslPolicy, ...(alpnPolicy ? { alpnPolicy } : {}) };
}

/** The default certificate is replaced; those that were added stay. */
function certificatesOf({ certificates }: Control, asked: Certificate[] | undefined, known?: Listener): string[] {
  const [first, ...more] = asked ?? [];
  if (more.length > 0) throw elbError("TooManyCertificates", "Exactly one default certificate can be specified");
  const fallback = first ? given(first.CertificateArn) : known?.certificates[0];
  if (fallback === undefined) throw invalid("A certificate must be specified for secure listeners");
  certificates.load(fallback);
  return [fallback, ...(known?.certificates.slice(1) ?? []).filter((arn) => arn !== fallback)];
}

export const addListenerCertificates: Operation<AddListenerCertificatesCommandInput> = (control, scope, input) => {
  const listener = requireSecure(requireListener(control, scope, input.ListenerArn));
  const added = (input.Certificates ?? []).map(({ CertificateArn }) => given(CertificateArn));
  for (const arn of added) control.certificates.load(arn);
  const certificates = [...new Set([...listener.certificates, ...added])];
  if (certificates.length > MOST_CERTIFICATES) {
    throw elbError("TooManyCertificates", `A listener can have at most ${MOST_CERTIFICATES} certificates`);
  }
  control.store.commit([{ kind: "listener", arn: listener.arn, value: { ...listener, certificates } }]);
  return { Certificates: added.map((CertificateArn) => ({ CertificateArn, IsDefault: false })) };
};

export const removeListenerCertificates: Operation<RemoveListenerCertificatesCommandInput> = (
  control,
  scope,
  input,
) => {
  const listener = requireListener(control, scope, input.ListenerArn);
  const removed = (input.Certificates ?? []).map(({ CertificateArn }) => CertificateArn);
  if (removed.includes(listener.certificates[0])) {
    throw elbError("OperationNotPermitted", "The default certificate of a listener cannot be removed");
  }
  const certificates = listener.certificates.filter((arn) => !removed.includes(arn));
  control.store.commit([{ kind: "listener", arn: listener.arn, value: { ...listener, certificates } }]);
  return {};
};

export const describeListenerCertificates: Operation<DescribeListenerCertificatesCommandInput> = (
  control,
  scope,
  input,
) => {
  const { certificates } = requireListener(control, scope, input.ListenerArn);
  const all = certificates.map((CertificateArn, index) => ({ CertificateArn, IsDefault: index === 0 }));
  const sorted = all.toSorted((one, other) => (one.CertificateArn < other.CertificateArn ? -1 : 1));
  const { items, NextMarker } = page(sorted, ({ CertificateArn }) => CertificateArn, input);
  return { Certificates: items, NextMarker };
};

function requireSecure(listener: Listener): Listener {
  if (listener.certificates.length > 0) return listener;
  throw invalid(`A listener of ${listener.protocol} has no certificates`);
}

/** The rule that holds the listener's own actions. */
function defaultRuleOf(store: BalancerStore, { arn }: Listener): Rule {
  const rule = store.rulesOf(arn).at(-1);
  if (!rule) throw new Error(`listener ${arn} has no default rule`);
  return rule;
}

function view(store: BalancerStore, listener: Listener) {
  const [fallback] = listener.certificates;
  const mutual = isHttp(listener) && fallback !== undefined ? { Mode: "off" } : undefined;
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol,
    Certificates: fallback === undefined ? undefined : [{ CertificateArn: fallback }],
    SslPolicy: listener.sslPolicy,
    DefaultActions: defaultRuleOf(store, listener).actions,
    AlpnPolicy: listener.alpnPolicy,
    MutualAuthentication: mutual,
  };
}

import type { Duration, OnFailure, Policy, StepNode } from '../document/document.js';
import { parseDuration } from '../document/duration.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import type { Leaf } from '../value/value.js';
import { under, type Place } from './place.js';
import type { PlanPolicy, PlanRetry } from './plan.js';
import { readLiteral, type PortTable } from './ports.js';
import { suggestion, type Report } from './report.js';

/** One layer of policy, times in milliseconds: the contract's or the use's. What is not there comes from below. */
interface Layer {
  readonly attempts?: number;
  readonly backoff?: PlanRetry['backoff'];
  readonly initial?: number;
  readonly max?: number;
  readonly except?: readonly string[];
  readonly timeout?: number;
  readonly deadline?: number;
  readonly heartbeat?: number | false;
}

/** engine.md §4. `max` follows `initial` if that one is longer. */
const DEFAULTS = { attempts: 3, backoff: 'exponential', initial: 1000, timeout: 3_600_000, heartbeat: 5000 } as const;
const LONGEST_DELAY = 30_000;

/** The policy of a step, and of each of its uses that says nothing of its own. */
export interface ContractPolicy {
  readonly layer: Layer;
  readonly policy: PlanPolicy;
}

export function readContractPolicy(manifest: Policy, place: Place, report: Report): ContractPolicy {
  const layer = readLayer(manifest, place, report);
  return { layer, policy: settle(layer, place, report) };
}

/** The policy of one use: its fields over the contract's, field by field; undefined for one that has none of its own. */
export function readNodePolicy(
  node: StepNode,
  base: ContractPolicy,
  outputs: PortTable,
  place: Place,
  report: Report,
): PlanPolicy | undefined {
  const own = hasPolicy(node) ? settle({ ...base.layer, ...readLayer(node, place, report) }, place, report) : undefined;
  const limit = node.limit === undefined ? undefined : readCount(node.limit, under(place, 'limit'), report);
  if (node.onFailure === undefined && limit === undefined) return own;
  const onFailure = readOnFailure(node.onFailure ?? 'fail', outputs, under(place, 'onFailure'), report);
  return { ...(own ?? base.policy), onFailure, ...(limit !== undefined && { limit }) };
}

/** A policy over one that is settled, field by field: a runner's over what a graph says of a node. */
export function overPolicy(
  base: PlanPolicy,
  own: Policy & { readonly onFailure?: OnFailure },
  outputs: PortTable,
  place: Place,
  report: Report,
): PlanPolicy {
  const { retry, timeout, deadline, heartbeat } = base;
  const below: Layer = { ...retry, timeout, heartbeat, ...(deadline !== undefined && { deadline }) };
  const layer = readLayer(own, place, report);
  // A first delay beyond the longest one of below means another longest one, as it would without that.
  const longest =
    layer.max === undefined && layer.initial !== undefined ? Math.max(retry.max, layer.initial) : undefined;
  const policy = settle({ ...below, ...layer, ...(longest !== undefined && { max: longest }) }, place, report);
  const { onFailure } = own;
  return {
    ...policy,
    onFailure:
      onFailure === undefined ? base.onFailure : readOnFailure(onFailure, outputs, under(place, 'onFailure'), report),
    ...(base.limit !== undefined && { limit: base.limit }),
  };
}

const hasPolicy = ({ retry, timeout, deadline, heartbeat }: Policy): boolean =>
  retry !== undefined || timeout !== undefined || deadline !== undefined || heartbeat !== undefined;

function readLayer({ retry = {}, timeout, deadline, heartbeat }: Policy, place: Place, report: Report): Layer {
  const inRetry = under(place, 'retry');
  const time = (value: Duration, key: string): number => readTime(value, 1, under(place, key), report);
  const delay = (value: Duration, key: string): number => readTime(value, 0, under(inRetry, key), report);
  return {
    ...(retry.attempts !== undefined && { attempts: readCount(retry.attempts, under(inRetry, 'attempts'), report) }),
    ...(retry.backoff !== undefined && { backoff: retry.backoff }),
    ...(retry.initial !== undefined && { initial: delay(retry.initial, 'initial') }),
    ...(retry.max !== undefined && { max: delay(retry.max, 'max') }),
    ...(retry.except !== undefined && { except: [...new Set(retry.except)].sort() }),
    ...(timeout !== undefined && { timeout: time(timeout, 'timeout') }),
    ...(deadline !== undefined && { deadline: time(deadline, 'deadline') }),
    ...(heartbeat !== undefined && { heartbeat: heartbeat === false ? false : time(heartbeat, 'heartbeat') }),
  };
}

function settle(layer: Layer, place: Place, report: Report): PlanPolicy {
  const {
    attempts,
    backoff,
    initial,
    timeout,
    heartbeat,
    deadline,
    max: longest,
    except = [],
  } = { ...DEFAULTS, ...layer };
  const max = longest ?? Math.max(LONGEST_DELAY, initial);
  if (max < initial) {
    const message = `the longest delay (max: ${max} ms) is shorter than the first one (initial: ${initial} ms)`;
    report('bad_policy', under(place, 'retry'), message);
  }
  return {
    retry: { attempts, backoff, initial, max, except },
    timeout,
    ...(deadline !== undefined && { deadline }),
    heartbeat,
    onFailure: 'fail',
  };
}

function readOnFailure(
  onFailure: OnFailure,
  outputs: PortTable,
  place: Place,
  report: Report,
): PlanPolicy['onFailure'] {
  if (typeof onFailure === 'string') return onFailure;
  const fallback: Record<string, Leaf> = {};
  for (const name of Object.keys(onFailure.fallback).sort()) {
    const at = under(under(place, 'fallback'), name);
    const port = outputs.list[outputs.index.get(name) ?? -1];
    if (port === undefined) report('unknown_port', at, `no output "${name}"${suggestion(name, outputs.index)}`);
    const value = readLiteral(onFailure.fallback[name] as Json, port?.schema, at, report);
    if (value !== undefined) fallback[name] = value;
  }
  return { fallback };
}

/** Milliseconds; 1 in place of what can't be read. */
export function readTime(value: Duration, least: 0 | 1, place: Place, report: Report): number {
  const time = parseDuration(value);
  if (time !== undefined && time >= least) return time;
  const longer = least === 0 ? '' : ', longer than nothing';
  report('bad_duration', place, `expected a duration such as 250ms, 30s, 5m, 2h or 1d${longer}, got ${quote(value)}`);
  return 1;
}

/** `attempts` and limits count from 1. */
export function readCount(value: number, place: Place, report: Report): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    report('wrong_type', place, `expected a whole number from 1, got ${quote(value)}`);
  }
  return value;
}

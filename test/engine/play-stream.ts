import type { Execute, StreamFlow } from '../../src/engine/command.js';
import type { ItemPack, StreamItem } from '../../src/engine/event.js';
import { isPack } from '../../src/engine/stream-progress.js';
import type { Plan } from '../../src/plan/plan.js';
import { itemDigest } from '../../src/value/item-digest.js';
import { literal } from '../../src/value/leaf.js';
import type { Value } from '../../src/value/value.js';
import { check, same } from './difference.js';
import type { Untimed } from './outside.js';
import type { Random } from './random.js';
import { given, seenAs, streamItems, type World } from './world.js';

/** An execution of a stream, as its driver has it. */
export interface StreamFlight {
  readonly command: Execute;
  attempt: number;
  /** The latest attempt that the run has heard of. */
  heard?: number;
}
/** What its worker does next: nothing, if there is no event; `next` is where the stream is then, if its execution goes on. */
export interface Played {
  readonly event?: Untimed;
  readonly next?: number;
}

/** One thing that the worker of a stream does: it yields again or anew, is replaced by the next attempt, parks, or ends. */
export function playStream(
  flight: StreamFlight,
  flow: StreamFlow | undefined,
  attempts: number,
  world: World,
  random: Random,
): Played {
  const { exec, address, stream } = flight.command;
  check(flow !== undefined, `nothing is taken of ${address}`);
  const { next = 0, credit = 0 } = flow ?? {};
  const rows = streamItems(world, address, attempts).map(valuesOf);
  // Every stream of these says that its first yield is its cursor.
  same(flow?.cursor, rows[next - 1]?.[0] ?? undefined, `the cursor of ${address}`);
  const failures = world.failures(address);
  const mayEnd = flight.attempt > failures || flight.attempt >= attempts;
  if (!mayEnd && random.chance(0.3)) {
    flight.attempt += 1;
    return {};
  }
  if (next === rows.length && mayEnd) return endOf(flight, rows.length, failures >= attempts);
  if (random.chance(credit === 0 ? 0.3 : 0.05)) return { event: { kind: 'parked', exec } };
  const yielded = (attempt: number, first: number, size: number): Untimed => {
    const before = first > 0 && random.chance(0.7) && { before: itemDigest(rows[first - 1] ?? []) };
    const some = rows.slice(first, first + size);
    const items = stream?.packs && some.length > 0 && random.chance(0.5) ? packOf(some) : some;
    return { kind: 'yielded', exec, attempt, first, items, ...before };
  };
  const size = random.below(5);
  if (flight.heard === flight.attempt && random.chance(0.1))
    return { event: yielded(flight.attempt - 1, next, size), next };
  flight.heard = flight.attempt;
  if (random.chance(0.1)) return { event: yielded(flight.attempt, next + 1 + random.below(2), size), next };
  const first = next - random.below(Math.min(next, 3) + 1);
  const event = yielded(flight.attempt, first, size);
  const isWhole = event.kind === 'yielded' && isPack(event.items);
  const end = Math.min(rows.length, first + size);
  const last = isWhole && (first < next || end > next + credit) ? next : Math.min(end, next + credit);
  return { event, next: Math.max(next, last) };
}

function endOf({ command }: StreamFlight, count: number, isFailed: boolean): Played {
  const { exec, address } = command;
  if (isFailed) return { event: { kind: 'failed', exec, error: { code: 'boom', message: address } } };
  return { event: { kind: 'completed', exec, outputs: {}, count } };
}

/** What a step gives when it ends. */
export function outputsOf(plan: Plan, world: World, { address, inputs, body, node }: Execute): Record<string, Value> {
  const planned = plan.bodies[body]?.nodes[node];
  const ports = planned?.kind === 'step' ? (plan.contracts[planned.contract]?.out ?? []) : [];
  const json = Object.fromEntries(Object.entries(inputs).map(([port, value]) => [port, seenAs(value)]));
  const outputs = Object.entries(world.outputs(address, json, ports));
  return Object.fromEntries(outputs.map(([port, value]) => [port, given(address, port, value)] as const));
}

const packOf = (rows: readonly StreamItem[]): ItemPack => ({
  count: rows.length,
  last: rows.at(-1) ?? [],
  lists: [0, 1].map(k => ({ list: rows.flatMap(row => row[k] ?? []) })),
});

const valuesOf = ({ n, m }: { readonly n: number; readonly m?: number }): readonly (Value | null)[] => [
  literal(n),
  m === undefined ? null : literal(m),
];

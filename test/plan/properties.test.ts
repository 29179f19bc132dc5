import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/document/document.js';
import { compile } from '../../src/plan/compile.js';
import { planHash } from '../../src/plan/hash.js';
import {
  outputCount,
  scopeInputs,
  type Body,
  type Plan,
  type PlanScoped,
  type PlanStep,
  type Source,
} from '../../src/plan/plan.js';
import type { Json, JsonObject } from '../../src/value/json.js';
import { arbitraryDocument } from './arbitrary.js';
import { World } from './meaning.js';
import { meaningOfDocument } from './meaning-of-document.js';
import { meaningOfPlan } from './meaning-of-plan.js';

const NUM_RUNS = 200;
const documents = arbitraryDocument({ breadth: 'wide' });

describe('for any document', () => {
  it('the plan executes what the document says, with the same inputs, and gives the same outputs', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (document, seed) => {
        const meant = meaningOfDocument(document, new World(seed));
        expect(meaningOfPlan(compile(document), new World(seed))).toEqual(meant);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('plan order is topological, and of all nodes that could be next the one with the lowest id is', () => {
    fc.assert(
      fc.property(documents, document => {
        const plan = compile(document);
        for (const body of plan.bodies) {
          const filled = new Set<Source>(Array.from({ length: body.inputs }, (_, slot) => slot));
          const left = new Map(body.nodes.map(node => [node.id, slotsRead(body, [...node.in], node.guards)]));
          for (const node of body.nodes) {
            const ready = [...left].filter(([, slots]) => slots.every(slot => filled.has(slot))).map(([id]) => id);
            expect(node.id).toBe(ready.sort()[0]);
            left.delete(node.id);
            for (let k = 0; k < outputCount(plan, node); k += 1) filled.add(node.out + k);
          }
        }
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('every number in the plan is in range, every slot is filled once, and forms read only forms before them', () => {
    fc.assert(
      fc.property(documents, document => {
        const plan = compile(document);
        expect(plan.bodies[0]?.inputs).toBe(plan.inputs.length + plan.open.length);
        for (const body of plan.bodies) checkBody(plan, body);
        const opened = plan.bodies.flatMap(({ nodes }) =>
          nodes.flatMap(node => (node.kind === 'scoped' ? [node.body] : [])),
        );
        // Each body but the graph itself is that of one node, and comes behind the one that this node is in.
        expect(opened.toSorted((a, b) => a - b)).toEqual(plan.bodies.slice(1).map((_, k) => k + 1));
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('the plan is JSON, and comes back from it with the same hash', () => {
    fc.assert(
      fc.property(documents, document => {
        const plan = compile(document);
        const back = JSON.parse(JSON.stringify(plan)) as Plan;
        expect(back).toStrictEqual(plan);
        expect(planHash(back)).toBe(plan.hash);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('the same document gives the same plan with the same hash, whatever the order of its keys (OI-06)', () => {
    fc.assert(
      fc.property(documents, fc.infiniteStream(fc.nat()), (document, draws) => {
        const shuffled = shuffleKeys(document as unknown as Json, () => draws.next().value) as unknown as Document;
        expect(compile(shuffled)).toStrictEqual(compile(document));
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('the plan is frozen all the way down, and the document is left as it was', () => {
    fc.assert(
      fc.property(documents, document => {
        const before = JSON.stringify(document);
        expect(unfrozen(compile(document))).toEqual([]);
        expect(JSON.stringify(document)).toBe(before);
        expect(Object.isFrozen(document)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

function checkBody(plan: Plan, body: Body): void {
  const isSource = (source: Source): boolean => source >= -body.forms.length && source < body.slots;
  const isCondition = (k: number): boolean => k >= 0 && k < body.conditions.length;
  expect(body.nodes.map(({ out }) => out)).toEqual(outsInOrder(plan, body));
  for (const node of body.nodes) {
    const { in: inputs, guards = [], cluster = -1 } = node;
    expect(inputs.every(isSource) && guards.every(isCondition) && cluster < plan.clusters.length).toBe(true);
    if (node.kind === 'step') checkStep(plan, node);
    if (node.kind === 'scoped') checkScoped(plan, body, node);
  }
  body.forms.forEach((form, k) => {
    const read = 'of' in form ? [form.of].flat() : [];
    const by = form.kind === 'guarded' ? form.by : [];
    expect(read.every(source => isSource(source) && source > -1 - k) && by.every(isCondition)).toBe(true);
  });
  expect(body.conditions.flatMap(({ of }) => of).every(isSource)).toBe(true);
  expect(body.outputs.every(({ of }) => isSource(of))).toBe(true);
}

function checkStep(plan: Plan, node: PlanStep): void {
  expect(plan.contracts[node.contract]?.in).toHaveLength(node.in.length);
  expect(plan.policies[node.policy]).toBeDefined();
}

function checkScoped(plan: Plan, around: Body, node: PlanScoped): void {
  const { from, in: sources } = node;
  const inner = plan.bodies[node.body] as Body;
  expect(plan.bodies.indexOf(inner)).toBeGreaterThan(plan.bodies.indexOf(around));
  const own = scopeInputs(node).length;
  // An item is one field, whatever it is of; behind the fields comes the ordinal.
  const fields = from?.kind === 'loop' ? from.state.length : 1;
  expect(inner.inputs).toBe(fields + 1 + sources.length - own);
  const until = from?.kind === 'loop' ? from.until : undefined;
  expect(until === undefined || until < inner.conditions.length).toBe(true);
}

function slotsRead(body: Body, sources: Source[], guards: readonly number[] = []): readonly number[] {
  const slots: number[] = [];
  const conditions = [...guards];
  for (;;) {
    for (let k = conditions.pop(); k !== undefined; k = conditions.pop()) {
      sources.push(...[body.conditions[k]?.of ?? []].flat());
    }
    const source = sources.pop();
    if (source === undefined) return slots;
    const form = body.forms[-1 - source];
    if (source >= 0) slots.push(source);
    else if (form !== undefined && 'of' in form) sources.push(...[form.of].flat());
    if (form?.kind === 'guarded') conditions.push(...form.by);
  }
}

function outsInOrder(plan: Plan, { nodes, inputs, slots }: Body): readonly number[] {
  let next = inputs;
  const outs = nodes.map(node => {
    const out = next;
    next += outputCount(plan, node);
    return out;
  });
  expect(next).toBe(slots);
  return outs;
}

function shuffleKeys(json: Json, draw: () => number): Json {
  if (Array.isArray(json)) return json.map(part => shuffleKeys(part as Json, draw));
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json as JsonObject).map(([key, part]) => ({ key, part, at: draw() }));
  return Object.fromEntries(entries.sort((a, b) => a.at - b.at).map(({ key, part }) => [key, shuffleKeys(part, draw)]));
}

function unfrozen(part: unknown, path = ''): readonly string[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = Object.isFrozen(part) ? [] : [path];
  return [...own, ...Object.entries(part).flatMap(([key, inner]) => unfrozen(inner, `${path}/${key}`))];
}

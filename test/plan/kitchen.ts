import type { Document, DocumentNode, Manifest } from '../../src/document/document.js';
import { check, compile } from '../../src/plan/compile.js';
import type { Body, Plan, PlanNode, PlanScoped, PlanStep } from '../../src/plan/plan.js';

/** A small kitchen: the steps that the tests of compile use. */
const NUMBER = { type: 'number' } as const;
const TEXT = { type: 'string' } as const;

export const STEPS: Readonly<Record<string, Manifest>> = {
  grind: { in: { beans: NUMBER }, out: { powder: NUMBER } },
  brew: {
    in: { powder: NUMBER, water: NUMBER, sugar: { ...NUMBER, optional: true }, cups: { ...NUMBER, default: 1 } },
    out: { coffee: TEXT, ok: { type: 'boolean' } },
    options: { style: { ...TEXT, default: 'espresso' } },
  },
  taste: { in: { cups: { type: 'array', items: TEXT } }, out: { note: { ...TEXT, optional: true } } },
  pour: { in: { size: NUMBER }, out: {}, options: { into: TEXT, slowly: { type: 'boolean', optional: true } } },
};

/** A document named `cafe` with the steps above. */
export const cafe = (parts: Partial<Document>): Document => ({ id: 'cafe', steps: STEPS, ...parts });
/** As `cafe`, of nodes alone. */
export const nodes = (nodes: Record<string, DocumentNode>): Document => cafe({ nodes });

/** A document that TypeScript would not let through, as a program without types may hand it in. */
export const untyped = (parts: object): Document => cafe(parts);

/** Every issue as `code path`. */
export const found = (document: Document): readonly string[] =>
  check(document).map(({ code, path }) => `${code} ${path}`);

export const rootOf = (document: Document): { readonly plan: Plan; readonly root: Body } => {
  const plan = compile(document);
  return { plan, root: plan.bodies[0] as Body };
};
export const idsOf = (document: Document): readonly string[] => rootOf(document).root.nodes.map(({ id }) => id);
export const nodeOf = ({ nodes }: Body, id: string): PlanNode => {
  const node = nodes.find(each => each.id === id);
  if (node === undefined) throw new Error(`no node ${id} in ${nodes.map(each => each.id).join(', ')}`);
  return node;
};
export const stepOf = (body: Body, id: string): PlanStep => {
  const node = nodeOf(body, id);
  if (node.kind !== 'step') throw new Error(`${id} is a ${node.kind}`);
  return node;
};

/** The each or loop that an id names in a body, and the body of its scopes. */
export const scopedOf = (plan: Plan, body: Body, id: string): { readonly node: PlanScoped; readonly body: Body } => {
  const node = nodeOf(body, id);
  const inner = node.kind === 'scoped' ? plan.bodies[node.body] : undefined;
  if (node.kind !== 'scoped' || inner === undefined) throw new Error(`${id} is a ${node.kind}`);
  return { node, body: inner };
};

import { createSha256 } from '../value/sha256.js';
import { HashWriter } from './hash-writer.js';
import { ITEMS, type Body, type Plan, type PlanCondition, type PlanForm, type PlanNode } from './plan.js';

/** A plan before it has its hash. */
export type PlanContent = Omit<Plan, 'hash'>;

/**
 * The SHA-256 (64 hex) of all of a plan but its hash. Nodes, forms and conditions are written field by field, as canonical
 * JSON of a large plan would take longer than the rest of compile; everything else is small and goes in as canonical JSON.
 * Every list is preceded by its length and every union by its kind, so no two plans write the same bytes.
 */
export function planHash(plan: PlanContent): string {
  const { bodies, hash: _hash, ...head } = plan as Plan;
  const writer = new HashWriter(createSha256());
  writer.json(head);
  writer.list(bodies, body => writeBody(writer, body));
  return writer.hex();
}

function writeBody(writer: HashWriter, body: Body): void {
  writer.number(body.inputs);
  writer.number(body.slots);
  writer.list(body.nodes, node => writeNode(writer, node));
  writer.list(body.forms, form => writeForm(writer, form));
  writer.list(body.conditions, condition => writeCondition(writer, condition));
  writer.json(body.outputs);
}

function writeNode(writer: HashWriter, node: PlanNode): void {
  writer.text(node.kind);
  writer.text(node.id);
  writer.numbers(node.in);
  writer.number(node.out);
  writer.numbers(node.guards ?? []);
  writer.number(node.cluster ?? -1);
  switch (node.kind) {
    case 'step':
      writer.number(node.contract);
      writer.number(node.policy);
      writer.optional(node.options);
      // No output of a stream is called `items`.
      writer.optional(node.itemPeeks === undefined ? node.peeks : { ...node.peeks, [ITEMS]: node.itemPeeks });
      break;
    case 'sleep':
      writer.text(String(node.duration));
      break;
    case 'scoped':
      writer.number(node.body);
      writer.text(node.scopes);
      writer.text(node.onFailure);
      writer.optional(node.from);
  }
}

function writeForm(writer: HashWriter, form: PlanForm): void {
  writer.text(form.kind);
  switch (form.kind) {
    case 'none':
      break;
    case 'value':
      writer.json(form.value);
      break;
    case 'first':
    case 'list':
      writer.numbers(form.of);
      break;
    case 'port':
      writer.text(form.address);
      writer.json(form.schema);
      writer.number(form.of);
      break;
    case 'guarded':
      writer.numbers(form.by);
      writer.number(form.of);
      break;
    case 'flat':
      writer.number(form.of);
  }
}

function writeCondition(writer: HashWriter, condition: PlanCondition): void {
  writer.text(condition.kind);
  if (condition.kind === 'is') return writer.number(condition.of);
  // The tree is what its text means, in every version of until/1.
  writer.text(condition.text);
  writer.list(condition.names, name => writer.text(name));
  writer.numbers(condition.of);
}

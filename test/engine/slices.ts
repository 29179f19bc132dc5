import type { Slice } from '../../src/engine/command.js';
import { isJsonObject, type Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import type { Value } from '../../src/value/value.js';
import { check } from './difference.js';
import type { Untimed } from './outside.js';
import type { Random } from './random.js';
import { given, seenAs } from './world.js';

const nodeOf = ({ address }: Slice): string => address.replace(/!items-\d+$/, '');

/** Slices of lists that are on their way. */
export class Slices {
  private readonly asked = new Map<number, Slice>();

  get size(): number {
    return this.asked.size;
  }

  /** One at a time per node. */
  ask(command: Slice): void {
    const others = [...this.asked.values()].map(nodeOf);
    check(!others.includes(nodeOf(command)), `${command.address} while another one is on its way`);
    this.asked.set(command.exec, command);
  }

  delete(exec: number): void {
    this.asked.delete(exec);
  }

  clear(): void {
    this.asked.clear();
  }

  /** One to three items, or none where the list has no more. */
  answer(random: Random): Untimed {
    const [exec, { value, first, fields }] = random.pick([...this.asked]);
    this.asked.delete(exec);
    const all = seenAs(value);
    if (!Array.isArray(all)) return { kind: 'failed', exec, error: { code: 'invalid_value', message: 'no list' } };
    const some = all.slice(first, first + 1 + random.below(3));
    const items = fields
      ? some.flatMap(item => fields.map(name => fieldOf(item, name)))
      : some.map(item => given(String(exec), 'l', item));
    return { kind: 'sliced', exec, items, total: all.length };
  }
}

const fieldOf = (item: Json, name: string): Value | null =>
  isJsonObject(item) && item[name] !== undefined ? literal(item[name]) : null;

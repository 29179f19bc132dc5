import type { Condition, Document, DocumentNode, Form, Ports } from '../../src/document/document.js';
import { kindOf, type Kind, type Steps } from './kit.js';
import { Tape } from './tape.js';

/**
 * What there is in a document. `plain`: what the live tests' worker can run. `wide`: also `null`, steps and graphs that
 * hide those of the same name around them, graphs from further out, undeclared outputs, fallbacks for some outputs only,
 * conditions that fail, eaches and loops. `typed`: what the builder can say, too: nothing hidden, all wired, literals only
 * where it takes them.
 */
export type Breadth = 'plain' | 'wide' | 'typed';

export interface Known {
  readonly name: string;
  readonly document: Document;
  /** Its outputs, declared or not. */
  readonly out: Ports;
  readonly size: number;
  /** How many bodies are within one another in it. */
  readonly levels: number;
  /** Whether something in it is left open. */
  readonly isOpen: boolean;
}

/** What a graph can use: its own, and what is around it. */
export interface Visible {
  readonly steps: Steps;
  readonly graphs: readonly Known[];
}

/** What a graph under construction, or a body in it, has to read from. */
export interface Draft extends Visible {
  readonly nodes: Record<string, DocumentNode>;
  /** References, what is around included; words of eaches and loops come after the name of theirs: `p.$item`. */
  readonly sources: Readonly<Record<Kind, string[]>>;
  /** References to lists, by what is in them. */
  readonly lists: Readonly<Record<Kind, string[]>>;
  /** The innermost each and the innermost loop around. */
  readonly innermost: { readonly each?: string; readonly loop?: string };
  /** How many bodies are around. */
  readonly level: number;
  /** How many nodes it comes to, its nested graphs put in; each of those counts itself too. */
  size: number;
  levels: number;
  isOpen: boolean;
}

const EXPRESSIONS = ['n > 3', 'not yes', 'yes and n <= 7', 'len(list) > 1', 'has(n)', 'yes ? n > 1 : n > 2'];
/** The last two fail on some values. */
const WIDE_EXPRESSIONS = ['text == null', 'has(text) and (yes or n in list)', '5 / (n % 2) > 1', 'list[0] < n'];

/** Writes what is wired to nodes. */
export class FormAuthor extends Tape {
  protected readonly isPlain: boolean;
  protected readonly isWide: boolean;
  protected readonly isTyped: boolean;
  protected readonly kinds: readonly Kind[];

  constructor(tape: readonly number[], breadth: Breadth) {
    super(tape);
    this.isPlain = breadth === 'plain';
    this.isWide = breadth === 'wide';
    this.isTyped = breadth === 'typed';
    this.kinds = this.isPlain ? ['number', 'boolean', 'numbers'] : ['number', 'boolean', 'numbers', 'text'];
  }

  protected wires(draft: Draft, ports: Ports): Record<string, Form> {
    const wires: Record<string, Form> = {};
    for (const [name, schema] of Object.entries(ports)) {
      const mayBeLeft = schema.optional === true || schema.default !== undefined;
      const isLeft = mayBeLeft ? this.maybe(2) : this.isLeftOpen(draft);
      if (!isLeft) wires[name] = this.form(draft, kindOf(schema));
    }
    return wires;
  }

  /** Nothing is open in a body, and nothing that the builder makes. */
  protected isLeftOpen(draft: Draft): boolean {
    if (this.isTyped || draft.level > 0 || !this.maybe(12)) return false;
    draft.isOpen = true;
    return true;
  }

  /** `isPort`: where the builder takes ports only. */
  protected form(draft: Draft, kind: Kind, isPort = false, depth = 0): Form {
    const isReference = !this.isPlain && this.maybe(2);
    const what = isReference ? 0 : this.choose(depth < 3 ? 8 : 4);
    if (what === 7 && kind === 'numbers') return { flat: { list: this.parts(draft, 'numbers', 0, depth) } };
    if (what >= 5 && kind === 'numbers') return { list: this.parts(draft, 'number', 0, depth) };
    if (what >= 4 && depth < 3) return { first: this.parts(draft, kind, 1, depth, true) };
    const sources = draft.sources[kind];
    if (!isPort && (what === 3 || sources.length === 0)) return { value: this.literal(kind) };
    return this.spelled(draft, this.pick(sources));
  }

  /** Some forms, from `least` on; the builder takes a literal among them only as the last of `first`. */
  protected parts(draft: Draft, kind: Kind, least: number, depth = 0, mayEndWithLiteral = false): readonly Form[] {
    const length = least + this.choose(3);
    const isLast = (k: number): boolean => mayEndWithLiteral && k === length - 1;
    return Array.from({ length }, (_, k) => this.form(draft, kind, this.isTyped && !isLast(k), depth + 1));
  }

  /** A list of what is of a kind. */
  protected listForm(draft: Draft, kind: Kind): Form {
    if (kind === 'number' && this.maybe(2)) return this.form(draft, 'numbers', this.isTyped);
    const lists = draft.lists[kind];
    if (lists.length > 0 && this.maybe(2)) return this.spelled(draft, this.pick(lists));
    return { list: this.parts(draft, kind, 0) };
  }

  /** What is of the innermost each or loop needs no name. */
  private spelled({ innermost }: Draft, text: string): string {
    const at = text.indexOf('.$');
    if (at < 0) return text;
    const word = text.slice(at + 1);
    const own = word === '$item' || word === '$index' ? innermost.each : innermost.loop;
    return text.slice(0, at) === own && !this.maybe(4) ? word : text;
  }

  protected when(draft: Draft): { readonly when?: Condition } {
    if (!this.maybe(3)) return {};
    return { when: this.condition(draft) };
  }

  protected condition(draft: Draft): Condition {
    if (this.maybe(2)) return this.form(draft, 'boolean', this.isTyped);
    const named = {
      n: this.form(draft, 'number', this.isTyped),
      yes: this.form(draft, 'boolean', this.isTyped),
      list: this.form(draft, 'numbers', this.isTyped),
      ...(!this.isPlain && { text: this.form(draft, 'text', this.isTyped) }),
    };
    const expr = this.pick(this.isPlain || this.maybe(2) ? EXPRESSIONS : WIDE_EXPRESSIONS);
    return { expr, in: named };
  }

  protected literal(kind: Kind): boolean | number | string | null | readonly number[] {
    if (kind === 'text') return this.pick([null, '', 'a']);
    if (kind === 'boolean') return this.maybe(2);
    if (kind === 'number') return this.choose(10);
    return Array.from({ length: this.choose(4) }, () => this.choose(10));
  }
}

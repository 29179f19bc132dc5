import type { Form } from '../document/document.js';
import { parseReference, READ_IN } from '../document/reference.js';

/** Where a form stands: the graph, or the body of an each or a loop that is itself somewhere. */
export interface Place {
  readonly opener?: Opener | undefined;
}
interface Opener {
  readonly kind: 'each' | 'loop';
  readonly id: string;
  readonly around: Place;
}

/** A form of `from`, as it reads at `to`, deeper down: `$item` is `pages.$item` where another each is between them. */
export function qualify(form: Form, from: Place, to: Place): Form {
  const inner = (part: Form): Form => qualify(part, from, to);
  if (typeof form === 'string') return qualifyReference(form, from, to);
  if ('first' in form) return { first: form.first.map(inner) };
  if ('list' in form) return { list: form.list.map(inner) };
  return 'flat' in form ? { flat: inner(form.flat) } : form;
}

function qualifyReference(reference: string, from: Place, to: Place): string {
  const read = parseReference(reference);
  if (read === undefined || 'port' in read || read.node !== undefined) return reference;
  const kind = READ_IN[read.word];
  const meant = nearest(kind, from);
  return meant === undefined || meant === nearest(kind, to) ? reference : `${meant.id}.${reference}`;
}

function nearest(kind: Opener['kind'], { opener }: Place): Opener | undefined {
  return opener === undefined || opener.kind === kind ? opener : nearest(kind, opener.around);
}

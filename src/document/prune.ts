import type { Condition, Form } from './document.js';

/** Tells of a reference whether it is to go. */
export type Drops = (reference: string) => boolean;
type ByName<T> = Readonly<Record<string, T>>;

/**
 * A form without the references that go; itself if none does, undefined if it then reads nothing. An expression loses the
 * names that read them, but stays. Recurses as deep as the form.
 */
export function prune(form: Form, drops: Drops): Form | undefined;
export function prune(form: Condition, drops: Drops): Condition | undefined;
export function prune(form: Condition, drops: Drops): Condition | undefined {
  if (typeof form === 'string') return drops(form) ? undefined : form;
  if ('expr' in form) {
    const kept = form.in && pruneAll(form.in, drops);
    return kept === form.in ? form : withKey(form, 'in', kept);
  }
  if ('first' in form) return pruneList(form, form.first, drops, first => ({ first }));
  if ('list' in form) return pruneList(form, form.list, drops, list => ({ list }));
  if (!('flat' in form)) return form;
  const flat = prune(form.flat, drops);
  return flat === form.flat ? form : flat && { flat };
}

function pruneList(
  form: Form,
  of: readonly Form[],
  drops: Drops,
  make: (of: readonly Form[]) => Form,
): Form | undefined {
  const kept = of.map(each => prune(each, drops));
  if (kept.every((each, index) => each === of[index])) return form;
  const left = kept.filter(each => each !== undefined);
  return left.length === 0 ? undefined : make(left);
}

/** `prune` of each form by its name; undefined if none is left. */
export function pruneAll<T extends ByName<Condition>>(forms: T, drops: Drops): T | undefined {
  let kept: T | undefined = forms;
  for (const [name, form] of Object.entries(forms)) {
    const left = prune(form, drops);
    if (left !== form) kept = kept && orNothing(withKey(kept, name, left));
  }
  return kept;
}

/** A copy of `object` with `value` under `key`, or without the key if `value` is undefined. */
export function withKey<T extends object>(object: T, key: string, value: unknown): T {
  const { [key as keyof T]: _, ...others } = object;
  // The caller knows that the key is one of T's, and optional in it if it goes.
  return (value === undefined ? others : { ...object, [key]: value }) as T;
}

/** `object`, or undefined if it has no keys. */
export const orNothing = <T extends object>(object: T): T | undefined =>
  Object.keys(object).length === 0 ? undefined : object;

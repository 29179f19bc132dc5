import type { AnyGraph } from '../graph/contract.js';
import { DefinitionError } from '../graph/definition-error.js';
import type { AnyOperate } from '../graph/operate.js';
import type { AnyResolver } from '../graph/resolver.js';
import type { Hook, Hooks } from './hook.js';
import type { Impl } from './impl.js';

/** What a worker, a test or a run in this process offers; a folder's index exports it under these names. */
export interface Registered {
  readonly steps?: readonly Impl[];
  readonly graphs?: readonly AnyGraph[];
  readonly operates?: readonly AnyOperate[];
  readonly resolvers?: readonly AnyResolver[];
  /** By name: what runners call when something happens to a workflow. */
  readonly hooks?: Hooks;
}

/** Implementations by step id, functions of interventions by name. */
export interface Registry {
  find(step: string): Impl | undefined;
  findOperate(name: string): AnyOperate | undefined;
  findResolver(name: string): AnyResolver | undefined;
  findHook(name: string): Hook | undefined;
  readonly steps: readonly Impl[];
  readonly operates: readonly AnyOperate[];
  readonly resolvers: readonly AnyResolver[];
}

/** Throws `duplicate_id` when two of a kind have one name. The same one twice is one. */
export function createRegistry({ steps = [], operates = [], resolvers = [], hooks = {} }: Registered): Registry {
  const impls = unique(
    steps.map((impl, index) => {
      const { contract, name } = impl;
      return { name: contract.id, value: impl, at: `steps[${index}]${name && ` (${name})`}` };
    }),
    step => `step "${step}" has two implementations`,
  );
  const merges = unique(
    operates.map((value, index) => ({ name: value.name, value, at: `operates[${index}]` })),
    name => `operate "${name}" is defined twice`,
  );
  const suppliers = unique(
    resolvers.map((value, index) => ({ name: value.definition.name, value, at: `resolvers[${index}]` })),
    name => `resolver "${name}" is defined twice`,
  );
  return {
    find: step => impls.get(step),
    findOperate: name => merges.get(name),
    findResolver: name => suppliers.get(name),
    findHook: name => (Object.hasOwn(hooks, name) ? hooks[name] : undefined),
    steps: [...impls.values()],
    operates: [...merges.values()],
    resolvers: [...suppliers.values()],
  };
}

/** Hooks of several modules as one; throws `duplicate_id` if two of them have the same name. */
export function joinHooks(all: readonly Hooks[]): Hooks {
  const entries = all.flatMap(hooks => Object.entries(hooks));
  const named = entries.map(([name, value], index) => ({ name, value, at: `hooks[${index}]` }));
  return Object.fromEntries(unique(named, name => `hook "${name}" is defined twice`));
}

interface Entry<T> {
  readonly name: string;
  readonly value: T;
  /** For messages. */
  readonly at: string;
}

function unique<T>(entries: readonly Entry<T>[], problem: (name: string) => string): ReadonlyMap<string, T> {
  const known = new Map<string, Entry<T>>();
  for (const entry of entries) {
    const before = known.get(entry.name);
    if (before && before.value !== entry.value) {
      throw new DefinitionError('duplicate_id', `${problem(entry.name)}, ${before.at} and ${entry.at}; register one`);
    }
    if (!before) known.set(entry.name, entry);
  }
  return new Map([...known].map(([name, { value }]) => [name, value]));
}

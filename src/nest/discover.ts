/** What the modules that a worker includes have to execute: providers with `@Steps()`, and what `forFeature` was given. */
import type { DynamicModule, ForwardReference, Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { DefinitionError } from '../graph/definition-error.js';
import type { Impl } from '../step/impl.js';
import { joinHooks, type Registered } from '../step/registry.js';
import { REGISTERED } from './feature-module.js';
import { providedStep, type NestModule, type Provided } from './provided-step.js';
import { isSteps, stepMethodsOf } from './steps.js';

/** What a module may import. */
export type Imported = Type | DynamicModule | Promise<DynamicModule> | ForwardReference;

export interface Discovered extends Required<Registered> {
  /** What looks like a mistake, one sentence each. */
  readonly warnings: readonly string[];
}

/** Under which a module keeps what it includes. */
export const INCLUDED = Symbol('espalier included');

const includedBy = (module: NestModule): readonly Imported[] | undefined =>
  module.providers.get(INCLUDED)?.instance as readonly Imported[] | undefined;

/** The modules that include others. */
export const hostsOf = (modules: ModulesContainer): readonly NestModule[] =>
  [...modules.values()].filter(module => includedBy(module) !== undefined);

/**
 * Of the modules that `hosts` include, and of what those import; of global ones only those that are listed. Throws
 * `duplicate_id` if a step has two implementations.
 */
export async function discover(hosts: readonly NestModule[]): Promise<Discovered> {
  const listed = new Set(await Promise.all(hosts.flatMap(host => includedBy(host) ?? []).map(classOf)));
  const modules = reach(hosts, module => !module.isGlobal || listed.has(module.metatype));
  const features = modules.flatMap(module => {
    const registered = module.providers.get(REGISTERED)?.instance as Registered | undefined;
    return registered ? [registered] : [];
  });
  const found = modules.flatMap(stepsOf);
  const plain = features.flatMap(({ steps = [] }) => steps);
  return {
    steps: withoutDuplicates([
      ...found.flatMap(({ steps }) => steps),
      ...plain.map(impl => ({ impl, at: atOf(impl) })),
    ]),
    graphs: [...new Set(features.flatMap(({ graphs = [] }) => graphs))],
    operates: [...new Set(features.flatMap(({ operates = [] }) => operates))],
    resolvers: [...new Set(features.flatMap(({ resolvers = [] }) => resolvers))],
    hooks: joinHooks(features.map(({ hooks = {} }) => hooks)),
    warnings: found.flatMap(({ warnings }) => warnings),
  };
}

async function classOf(imported: Imported): Promise<unknown> {
  const given = await imported;
  if ('forwardRef' in given) return given.forwardRef();
  return 'module' in given ? given.module : given;
}

function reach(hosts: readonly NestModule[], counts: (module: NestModule) => boolean): readonly NestModule[] {
  const seen = new Set<NestModule>();
  const open = [...hosts];
  for (let module = open.shift(); module; module = open.shift()) {
    const next = [...module.imports].filter(imported => !seen.has(imported) && counts(imported));
    for (const imported of next) seen.add(imported);
    open.push(...next);
  }
  return [...seen];
}

interface Located {
  readonly impl: Impl;
  /** For messages. */
  readonly at: string;
}

function stepsOf(module: NestModule): { readonly steps: readonly Located[]; readonly warnings: readonly string[] } {
  const steps: Located[] = [];
  const warnings: string[] = [];
  for (const provider of module.providers.values()) {
    const type = provider.isAlias ? undefined : typeOf(provider);
    const methods = type ? stepMethodsOf(type) : [];
    if (!type || methods.length === 0) continue;
    const names = methods.map(({ method }) => `${type.name}.${String(method)}`);
    if (!isSteps(type)) warnings.push(`${names.join(', ')}: has @Implements, but ${type.name} has no @Steps()`);
    else {
      for (const [index, step] of methods.entries()) {
        const name = names[index] ?? type.name;
        steps.push({ impl: providedStep(module, provider, step, name), at: `${name} of ${module.name}` });
      }
    }
  }
  return { steps, warnings };
}

/** The class that says what a provider implements: that of its token, so that a test may put something else in its place. */
function typeOf({ token, metatype, instance, inject }: Provided): Type | undefined {
  const made = (instance as object | undefined)?.constructor;
  const candidates = [token, inject ? made : (metatype ?? made)];
  return candidates.find((type): type is Type => typeof type === 'function' && stepMethodsOf(type as Type).length > 0);
}

const atOf = ({ name }: Impl): string => (name ? `${name} of forFeature` : 'one of forFeature');

function withoutDuplicates(located: readonly Located[]): readonly Impl[] {
  const known = new Map<string, Located>();
  for (const { impl, at } of located) {
    const { id } = impl.contract;
    const before = known.get(id);
    if (before && before.impl !== impl) {
      const hint =
        before.impl.name === impl.name && at !== before.at
          ? 'provide the class in one module and export it from there'
          : 'keep one';
      throw new DefinitionError(
        'duplicate_id',
        `step "${id}" has two implementations, ${before.at} and ${at}; ${hint}`,
      );
    }
    known.set(id, { impl, at });
  }
  return [...known.values()].map(({ impl }) => impl);
}

import type { z } from 'zod';
import type { Duration } from '../document/document.js';
import { portProblem } from '../document/ids.js';
import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';
import type { CallCtx } from './call-ctx.js';
import { checkDefinition, partProblems, timeoutOf } from './check-definition.js';
import { encodePorts } from './convert-ports.js';
import { mayBeLeftOut } from './port-schema.js';
import type { Code, Given, Ports, Wire } from './ports.js';

declare const VALUE: unique symbol;

/** A value that a resolver gives when something needs it. Only resolvers make one; `V` is its JSON side. */
export interface Lazy<out V> {
  readonly resolve: { readonly name: string; readonly args: JsonObject };
  readonly [VALUE]: V;
}

/** A resolver, whatever its types. */
export interface AnyResolver {
  readonly definition: ResolverDefinition;
}
export interface ResolverDefinition {
  readonly kind: 'resolver';
  readonly name: string;
  readonly args: Ports;
  readonly value: z.ZodType;
  /** Of one call, in milliseconds. */
  readonly timeout: number;
  readonly resolve: (args: Readonly<Record<string, unknown>>, ctx: CallCtx) => unknown;
}
/** Makes a lazy value from arguments. Nothing is called yet; `invalid_args` if they are not of its types. */
export interface Resolver<A extends Ports, S extends z.ZodType> extends AnyResolver {
  (args: Given<A>): Lazy<Wire<S>>;
}

export interface ResolverSpec<A extends Ports, S extends z.ZodType> {
  readonly name: string;
  readonly args: A;
  readonly value: S;
  /** Of one call; default 60 s. */
  readonly timeout?: Duration;
  /** Code side in, code side out. Its result is recorded once per run and address [I5]. */
  readonly resolve: (args: Code<A>, ctx: CallCtx) => z.output<NoInfer<S>> | Promise<z.output<NoInfer<S>>>;
}

/** A named function whose value interventions can ask for. Register what it returns. */
export function defineResolver<A extends Ports, S extends z.ZodType>(spec: ResolverSpec<A, S>): Resolver<A, S> {
  const { name, args, value, timeout, resolve } = spec;
  checkDefinition({ kind: 'resolver', name, ...(timeout !== undefined && { timeout }) }, problemsOf(spec));
  const definition: ResolverDefinition = Object.freeze({
    kind: 'resolver',
    name,
    args,
    value,
    timeout: timeoutOf(spec),
    // It is given what its own schemas let through.
    resolve: resolve as ResolverDefinition['resolve'],
  });
  const lazily = (given: Given<A>): Lazy<Wire<S>> => lazyOf(definition, given);
  return Object.freeze(Object.assign(lazily, { definition }));
}

const lazies = new WeakSet<object>();

/** Whether `value` was made by a resolver. */
export const isLazy = (value: unknown): value is Lazy<unknown> =>
  typeof value === 'object' && value !== null && lazies.has(value);

function lazyOf({ name, args }: ResolverDefinition, given: object): Lazy<never> {
  const { values, problems } = encodePorts(args, given ?? {}, mayBeLeftOut);
  if (problems.length > 0) {
    const list = problems.map(({ port, message }) => `argument "${port}": ${message}`).join('; ');
    throw new EspalierError('invalid_args', `resolver "${name}": ${list}`);
  }
  const lazy = Object.freeze({ resolve: Object.freeze({ name, args: values }) });
  lazies.add(lazy);
  // The value's type is known to who defined it; nothing is under VALUE when it runs.
  return lazy as Lazy<never>;
}

function problemsOf(spec: object): string[] {
  const { args, value, resolve } = spec as Readonly<Record<string, unknown>>;
  const problems = [...argsProblems(args), ...partProblems('value', value)];
  if (typeof resolve !== 'function') problems.push('resolve: expected a function (args) => value');
  return problems;
}

function argsProblems(args: unknown): readonly string[] {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    return ['args: expected an object of zod schemas by name, such as { zone: z.string() }'];
  }
  return Object.entries(args).flatMap(([name, schema]) => {
    const naming = portProblem(name);
    return naming === undefined ? partProblems(`argument "${name}"`, schema) : [`argument ${naming}`];
  });
}

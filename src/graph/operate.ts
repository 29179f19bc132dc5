import type { z } from 'zod';
import type { Duration } from '../document/document.js';
import { INPUT, OVERRIDE } from '../intervention/intervention.js';
import type { Json } from '../value/json.js';
import type { CallCtx } from './call-ctx.js';
import { checkDefinition, partProblems, timeoutOf } from './check-definition.js';
import type { Wire } from './ports.js';

declare const TYPES: unique symbol;

/** A named merge of a port's value with an intervention's, whatever their types. */
export interface AnyOperate {
  readonly kind: 'operate';
  readonly name: string;
  readonly port: z.ZodType;
  readonly data: z.ZodType;
  /** What the result depends on: what is not used does not tell one merge from another. */
  readonly uses: { readonly inner: boolean; readonly data: boolean };
  /** It can stand in for a node that is not executed. */
  readonly shortCircuit: boolean;
  readonly version?: string;
  /** Of one call, in milliseconds. */
  readonly timeout: number;
  readonly merge: (inner: Json | null, data: Json, ctx: CallCtx) => unknown;
}
/** As `AnyOperate`, for ports of `V`, by data of `D`, both JSON side. */
export interface Operate<in out V, in out D> extends AnyOperate {
  readonly [TYPES]?: (value: V, data: D) => V;
}

export interface OperateSpec<S extends z.ZodType, D extends z.ZodType, U extends boolean, C extends boolean> {
  readonly name: string;
  readonly port: S;
  readonly data: D;
  readonly uses: { readonly inner: U; readonly data: boolean };
  /** Default: if it does not use the inner value [I3]. */
  readonly shortCircuit?: C;
  /** Changes whenever `merge` means something else: what was merged before is then not used again. */
  readonly version?: string;
  /** Of one call; default 60 s. */
  readonly timeout?: Duration;
  /**
   * JSON side. `inner` is what the port would have without the intervention; null if its node was not executed, which
   * happens only to an operate that can short-circuit, or if the port is absent and `inner` is not used.
   */
  readonly merge: (
    inner: Inner<Wire<S>, U, C>,
    data: Wire<D>,
    ctx: CallCtx,
  ) => NoInfer<Wire<S>> | Promise<NoInfer<Wire<S>>>;
}
type Inner<V, U, C> = [U, C] extends [true, false] ? V : V | null;

/** A named merge that interventions can ask for [I4]. Register what it returns: it does nothing by itself. */
export function defineOperate<S extends z.ZodType, D extends z.ZodType, U extends boolean, C extends boolean = false>(
  spec: OperateSpec<S, D, U, C>,
): Operate<Wire<S>, Wire<D>> {
  const { name, port, data, uses, version, timeout, merge, shortCircuit = !uses?.inner } = spec;
  checkDefinition({ kind: 'operate', name, ...(timeout !== undefined && { timeout }) }, problemsOf(spec));
  return Object.freeze({
    kind: 'operate' as const,
    name,
    port,
    data,
    uses: Object.freeze({ inner: uses.inner, data: uses.data }),
    shortCircuit,
    ...(version !== undefined && { version }),
    timeout: timeoutOf(spec),
    // It is given what its own schemas let through.
    merge: merge as unknown as AnyOperate['merge'],
  });
}

/** A definition as JavaScript may write it. */
type Untyped = Readonly<Record<keyof OperateSpec<z.ZodType, z.ZodType, boolean, boolean>, unknown>>;

function problemsOf(spec: object): string[] {
  const { name, port, data, uses, shortCircuit, merge } = spec as Partial<Untyped>;
  const { inner: ofInner, data: ofData } = (uses ?? {}) as Readonly<Record<string, unknown>>;
  const problems = [...partProblems('port', port), ...partProblems('data', data)];
  if (name === INPUT || name === OVERRIDE) problems.unshift(`"${name}" is reserved: it is an intervention of its own`);
  if (typeof ofInner !== 'boolean' || typeof ofData !== 'boolean') {
    problems.push('uses: expected { inner, data }, each true or false');
  }
  if (shortCircuit !== undefined && typeof shortCircuit !== 'boolean') {
    problems.push('shortCircuit: expected true or false');
  }
  if (typeof merge !== 'function') problems.push('merge: expected a function (inner, data) => value');
  return problems;
}

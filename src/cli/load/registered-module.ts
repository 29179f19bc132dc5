import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isContract, isGraph, type AnyGraph } from '../../graph/contract.js';
import type { AnyOperate } from '../../graph/operate.js';
import type { AnyResolver } from '../../graph/resolver.js';
import type { Hooks } from '../../step/hook.js';
import type { Impl } from '../../step/impl.js';
import { createRegistry, joinHooks, type Registered } from '../../step/registry.js';
import { EspalierError } from '../../value/espalier-error.js';
import { quote } from '../../value/quote.js';
import type { Json } from '../../value/json.js';
import { importModule } from './import-module.js';
import { shownPath } from './shown-path.js';

/** What the module of a folder offers. */
export interface RegisteredModule {
  /** The module's file, absolute. */
  readonly file: string;
  readonly steps: readonly Impl[];
  readonly graphs: readonly AnyGraph[];
  readonly operates: readonly AnyOperate[];
  readonly resolvers: readonly AnyResolver[];
  readonly hooks: Hooks;
}

const INDEX = ['index.js', 'index.mjs', 'index.ts', 'index.mts'];

/**
 * A folder's index, or the module itself: `steps`, `graphs`, `operates`, `resolvers` and `hooks` as it exports them, and
 * every graph under any name.
 */
export async function loadRegistered(path: string): Promise<RegisteredModule> {
  const file = await moduleFile(resolve(path));
  const exports = await importModule(file);
  const steps = listOf(exports, 'steps', isImpl, 'what impl() returns', file);
  const graphs = [...listOf(exports, 'graphs', isGraph, 'graphs', file), ...Object.values(exports).filter(isGraph)];
  const operates = listOf(exports, 'operates', isOperate, 'what defineOperate() returns', file);
  const resolvers = listOf(exports, 'resolvers', isResolver, 'what defineResolver() returns', file);
  return { file, steps, graphs: uniqueById(graphs, file), operates, resolvers, hooks: hooksOf(exports, file) };
}

/** Several modules as one; throws `duplicate_id` if two of them bring the same step, operate, resolver or hook. */
export async function loadAllRegistered(paths: readonly string[]): Promise<Required<Registered>> {
  const modules: RegisteredModule[] = [];
  for (const path of paths) modules.push(await loadRegistered(path));
  const registered = {
    steps: modules.flatMap(({ steps }) => steps),
    graphs: modules.flatMap(({ graphs }) => graphs),
    operates: modules.flatMap(({ operates }) => operates),
    resolvers: modules.flatMap(({ resolvers }) => resolvers),
    hooks: joinHooks(modules.map(({ hooks }) => hooks)),
  };
  createRegistry(registered);
  return registered;
}

async function moduleFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new EspalierError('not_found', `there is no file or folder ${shownPath(path)}`);
  if (!found.isDirectory()) return path;
  for (const name of INDEX) {
    const file = join(path, name);
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  }
  throw new EspalierError('invalid_file', `the folder ${shownPath(path)} has no index.js and no index.ts`);
}

function listOf<T>(
  exports: Readonly<Record<string, unknown>>,
  name: string,
  is: (value: unknown) => value is T,
  what: string,
  file: string,
): readonly T[] {
  const list = exports[name];
  if (list === undefined) return [];
  const wrong = Array.isArray(list) ? list.findIndex(value => !is(value)) : -1;
  if (Array.isArray(list) && wrong < 0) return list as readonly T[];
  const [at, got] = Array.isArray(list) ? [`${name}[${wrong}]`, list[wrong] as unknown] : [name, list];
  throw new EspalierError(
    'invalid_module',
    `${shownPath(file)}  the export \`${at}\` must be ${at === name ? `a list of ${what}` : what}, got ${shown(got)}`,
  );
}

function hooksOf(exports: Readonly<Record<string, unknown>>, file: string): Hooks {
  const { hooks = {} } = exports;
  const isRecord = typeof hooks === 'object' && hooks !== null && !Array.isArray(hooks);
  if (isRecord && Object.values(hooks).every(hook => typeof hook === 'function')) return hooks as Hooks;
  const expected = 'the export `hooks` must be an object of functions';
  throw new EspalierError('invalid_module', `${shownPath(file)}  ${expected}, got ${shown(hooks)}`);
}

const isOperate = (value: unknown): value is AnyOperate =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'operate' && 'merge' in value;

const isResolver = (value: unknown): value is AnyResolver =>
  typeof value === 'function' && isDefinition((value as { readonly definition?: unknown }).definition);

const isDefinition = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'resolver';

function isImpl(value: unknown): value is Impl {
  return (
    typeof value === 'object' && value !== null && 'body' in value && 'contract' in value && isContract(value.contract)
  );
}

const shown = (value: unknown): string =>
  typeof value === 'function'
    ? 'a function'
    : isContract(value)
      ? `the ${value.kind} "${value.id}"`
      : quote(value as Json);

function uniqueById(graphs: readonly AnyGraph[], file: string): readonly AnyGraph[] {
  const byId = new Map<string, AnyGraph>();
  for (const graph of graphs) {
    const before = byId.get(graph.id);
    if (before && before !== graph) {
      throw new EspalierError('invalid_module', `${shownPath(file)}  exports two graphs with the id "${graph.id}"`);
    }
    byId.set(graph.id, graph);
  }
  return [...byId.values()];
}

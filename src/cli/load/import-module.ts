import { Console } from 'node:console';
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { EspalierError } from '../../value/espalier-error.js';
import { describeModuleError } from './describe-module-error.js';
import type { OwnModules } from './module-hooks.js';

/** `.ts` when we run from source, `.js` in the build. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
/** What `dist/` is in the build: the folder of `src/` and `workers/`. */
const ROOT = new URL('../../../', import.meta.url);
const PACKAGE = new URL(EXTENSION === 'ts' ? 'package.json' : '../package.json', ROOT);

let prepared = false;
let typescript: Promise<unknown> | undefined;

/**
 * Imports a module of a user, TypeScript too. It shares our `espalier`, and `zod` unless it has its own. Throws
 * `invalid_module`, whose message says file and line. From then on every import takes several times as long, CommonJS most
 * of all: whoever needs large modules of ours imports them before.
 */
export async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (!prepared) prepare();
  prepared = true;
  // Not `tsImport`: it gives each import a namespace, and with it a copy of every module, ours too.
  if (/\.[cm]?tsx?$/.test(file)) await (typescript ??= import('tsx/esm/api').then(tsx => tsx.register()));
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new EspalierError('invalid_module', describeModuleError(cause, file), { cause });
  }
}

function prepare(): void {
  register(`./module-hooks.${EXTENSION}`, { parentURL: import.meta.url, data: ownModules() });
  // What a module says with console.log is talk: stdout is ours.
  globalThis.console = new Console(process.stderr);
}

/** Our own modules, by what users import: package.json says it of the build. */
function ownModules(): OwnModules {
  const { exports } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const modules = Object.entries(exports).flatMap(([path, target]): [string, string][] =>
    typeof target === 'string'
      ? []
      : [[`espalier${path.slice(1)}`, new URL(target.default.replace('./dist/', './'), ROOT).href]],
  );
  return Object.fromEntries(modules);
}

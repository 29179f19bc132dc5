/**
 * Module hooks for folders of users; they run on Node's loader thread. A folder needs no package.json and no node_modules:
 * 1. `espalier` and what is below it are the very modules of this program, whatever is installed beside the folder: a
 *    second copy would not know the errors and graphs of the first.
 * 2. `zod` is the folder's own, else ours.
 * 3. TypeScript is an ES module whatever package.json says, and so is JavaScript that imports or exports.
 */
import { readFile } from 'node:fs/promises';
import type { InitializeHook, ResolveFnOutput, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The URLs of `espalier`, `espalier/client`, …: what package.json exports. */
export type OwnModules = Readonly<Record<string, string>>;

let own: OwnModules = {};

export const initialize: InitializeHook<OwnModules> = modules => {
  own = modules;
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const ours = own[specifier];
  if (ours !== undefined) return { ...(await nextResolve(ours, context)), format: 'module' };
  try {
    return await asModule(await nextResolve(specifier, context));
  } catch (error) {
    if (specifier !== 'zod' && !specifier.startsWith('zod/')) throw error;
    return nextResolve(specifier, { ...context, parentURL: import.meta.url });
  }
};

async function asModule(resolved: ResolveFnOutput): Promise<ResolveFnOutput> {
  const { url } = resolved;
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return resolved;
  const isModule = /\.tsx?$/.test(url) || (url.endsWith('.js') && (await readsLikeModule(url)));
  return isModule ? { ...resolved, format: 'module' } : resolved;
}

async function readsLikeModule(url: string): Promise<boolean> {
  const text = await readFile(fileURLToPath(url), 'utf8').catch(() => '');
  return /^\s*(import|export)\b/m.test(text);
}

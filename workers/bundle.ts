import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type BundleOptions, type WorkflowBundleOption } from '@temporalio/worker';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** `.ts` when we run from source, `.js` in the build. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const ROOT = here(EXTENSION === 'ts' ? '..' : '../..');
/** Written by the build (`scripts/bundle.mjs`), next to `workers/` in `dist`. */
const PREBUILT = here('../workflow-bundle.js');

/**
 * The workflow code for a worker. In the build it is the prebuilt file; from source it is bundled anew (2 s), since a file
 * left by an earlier build would run in silence.
 */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  return EXTENSION === 'js' && existsSync(PREBUILT) ? { codePath: PREBUILT } : bundleWorkflows();
}

/**
 * Compiles sources for this engine, and names them from the repository's root on, without their text: stack traces and the
 * build say nothing about this machine, and the bundle is half as large.
 */
const configured: NonNullable<BundleOptions['webpackConfigHook']> = config => ({
  ...config,
  module: { ...config.module, rules: (config.module?.rules ?? []).map(rule => forThisEngine(rule as Rule)) },
  context: ROOT,
  devtool: 'inline-nosources-source-map',
  output: {
    ...config.output,
    devtoolModuleFilenameTemplate: (module: { absoluteResourcePath: string }) =>
      module.absoluteResourcePath.replaceAll(ROOT, ''),
  },
});

/** One of webpack's, where a compiler of TypeScript is set up. */
interface Rule {
  readonly use?: { readonly options?: { readonly jsc?: object } };
}

/** As the build does. The SDK would have sources compiled for engines without `{ ...of }`, which takes far longer by a function. */
function forThisEngine(rule: Rule): Rule {
  const options = rule.use?.options;
  return options?.jsc
    ? { ...rule, use: { ...rule.use, options: { ...options, jsc: { ...options.jsc, target: 'es2023' } } } }
    : rule;
}

/** Bundles `workflows/`. `interceptors` are files of further interceptor modules, for tests that look into a run. */
export async function bundleWorkflows(interceptors: readonly string[] = []): Promise<{ readonly code: string }> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: here(`workflows/index.${EXTENSION}`),
    workflowInterceptorModules: [here(`workflows/interceptors.${EXTENSION}`), ...interceptors],
    payloadConverterPath: here(`workflows/payload-converter.${EXTENSION}`),
    preloadModules: [here(`workflows/freeze-intrinsics.${EXTENSION}`)],
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: configured,
  });
  return { code };
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from '../../workers/bundle.js';

/** Files of workflow bundles. */
export interface Bundles {
  readonly bundleFile: string;
  /** Of one that hands out snapshots (snapshots-interceptor.ts). */
  readonly watchedBundleFile: string;
}

export async function writeBundles(folder: string): Promise<Bundles> {
  const write = async (name: string, interceptors: readonly string[]): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, (await bundleWorkflows(interceptors)).code);
    return file;
  };
  const interceptor = fileURLToPath(new URL('./snapshots-interceptor.ts', import.meta.url));
  const [bundleFile, watchedBundleFile] = await Promise.all([
    write('workflow-bundle.js', []),
    write('watched-bundle.js', [interceptor]),
  ]);
  return { bundleFile, watchedBundleFile };
}

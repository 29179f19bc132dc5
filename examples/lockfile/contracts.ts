import { step } from 'espalier';
import { z } from 'zod';

/** One entry of a lock file. `path` is where it is installed: `node_modules/a/node_modules/b`. */
const Package = z.object({
  path: z.string(),
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  dev: z.boolean(),
  installScript: z.boolean(),
});
export type Package = z.output<typeof Package>;

const Count = z.object({ name: z.string(), count: z.int() });
const packages = z.array(Package);

export const read = step({
  id: 'read',
  title: 'Read the lock file',
  in: { lock: z.string() },
  out: { project: z.string(), packages, folder: z.string() },
});
export const licences = step({
  id: 'licences',
  title: 'Count licences',
  in: { packages },
  out: { counts: z.array(Count), unknown: z.array(z.string()) },
  pure: true,
  cache: true,
});
export const duplicates = step({
  id: 'duplicates',
  title: 'Find packages in several versions',
  in: { packages },
  out: { found: z.array(z.object({ name: z.string(), versions: z.array(z.string()) })) },
  pure: true,
  cache: true,
});
export const installSize = step({
  id: 'install-size',
  title: 'Measure what is installed',
  in: { packages, folder: z.string() },
  out: { total: z.int(), measured: z.int(), largest: z.array(z.object({ path: z.string(), bytes: z.int() })) },
  timeout: '2m',
});
export const scripts = step({
  id: 'scripts',
  title: 'Find install scripts',
  in: { packages },
  out: { found: z.array(z.string()) },
  pure: true,
  cache: true,
});
export const report = step({
  id: 'report',
  title: 'Write the report',
  in: {
    project: z.string(),
    packages,
    licences: z.array(Count),
    unknown: z.array(z.string()),
    duplicates: duplicates.out.found,
    total: z.int(),
    measured: z.int(),
    largest: installSize.out.largest,
    scripts: z.array(z.string()),
    to: z.string(),
  },
  out: { markdown: z.string(), file: z.string() },
});

import { graph, impl } from 'espalier';
import { z } from 'zod';
import { duplicates, installSize, licences, read, report, scripts } from './contracts.js';
import { countLicences, findDuplicates, findScripts } from './findings.js';
import { measure, readLock } from './files.js';
import { saveReport, writeReport } from './markdown.js';

/** Reads a package-lock.json, looks at it from four sides at once, and writes a report. */
export const lockfile = graph(
  {
    id: 'lockfile',
    title: 'What is in a lock file',
    in: {
      lock: z.string().default('package-lock.json').describe('the lock file to read'),
      to: z.string().default('.espalier/lockfile-report.md').describe('where the report goes'),
    },
    out: { markdown: z.string(), file: z.string() },
  },
  (g, i) => {
    const lock = g.run(read, { lock: i.lock });
    const { packages } = lock;
    const licence = g.run(licences, { packages });
    const twice = g.run(duplicates, { packages });
    const size = g.run(installSize, { packages, folder: lock.folder });
    const script = g.run(scripts, { packages });
    const text = g.run(report, {
      project: lock.project,
      packages,
      licences: licence.counts,
      unknown: licence.unknown,
      duplicates: twice.found,
      total: size.total,
      measured: size.measured,
      largest: size.largest,
      scripts: script.found,
      to: i.to,
    });
    return { out: { markdown: text.markdown, file: text.file }, nodes: [lock, licence, twice, size, script, text] };
  },
);

export const steps = [
  impl(read, ({ lock }) => readLock(lock)),
  impl(licences, ({ packages }) => countLicences(packages)),
  impl(duplicates, ({ packages }) => ({ found: findDuplicates(packages) })),
  impl(installSize, ({ packages, folder }, ctx) => measure(packages, folder, ctx)),
  impl(scripts, ({ packages }) => ({ found: findScripts(packages) })),
  impl(report, async input => {
    const markdown = writeReport(input);
    return { markdown, file: await saveReport(input.to, markdown) };
  }),
];

/** `espalier cache …` and `espalier runs archive`: looking after what runs leave behind. */
import type { Amount, GarbageReport } from '../client/collect-garbage.js';
import type { Upkeep } from '../client/upkeep.js';
import type { Duration } from '../document/document.js';
import { parseDuration } from '../document/duration.js';
import { EspalierError } from '../value/espalier-error.js';
import type { CacheOptions, CollectOptions } from './commands/cache.js';
import type { ArchiveCommandOptions } from './commands/runs.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { openSession } from './session.js';
import { tableText } from './table.js';
import type { Terminal } from './terminal.js';
import { countText, sizeText } from './words.js';

export async function showStats(options: CacheOptions, terminal: Terminal): Promise<ExitCode> {
  const report = await withUpkeep(options, upkeep => upkeep.collect({ dryRun: true }));
  if (options.output === 'json') terminal.print(JSON.stringify(report, null, 2));
  else terminal.print(tableText(statsOf(report)));
  return EXIT.ok;
}

const statsOf = ({ entries, steps, expired, archived, total, garbage }: GarbageReport) => [
  ['step cache', `${countText(entries, 'entry', 'entries')} of ${countText(steps, 'step')}, ${expired} expired`],
  ['archive', countText(archived, 'link')],
  ['blobs', amountText(total)],
  ['garbage', amountText(garbage)],
];

export async function collect(options: CollectOptions, terminal: Terminal): Promise<ExitCode> {
  const { dryRun = false, olderThan, cacheOlderThan } = options;
  const limits = {
    olderThan: durationOf('--older-than', olderThan),
    ...(cacheOlderThan !== undefined && { cacheOlderThan: durationOf('--cache-older-than', cacheOlderThan) }),
  };
  const report = await withUpkeep(options, upkeep => upkeep.collect({ dryRun, ...limits }));
  if (options.output === 'json') terminal.print(JSON.stringify(report, null, 2));
  else {
    const { expired, garbage, removed } = report;
    const verb = dryRun ? 'would be removed' : 'removed';
    const what = [countText(expired, 'entry', 'entries'), amountText(dryRun ? garbage : removed)];
    terminal.print(`${verb}: ${what.join(', ')}`);
  }
  return EXIT.ok;
}

export async function check(options: CacheOptions, terminal: Terminal): Promise<ExitCode> {
  const report = await withUpkeep(options, upkeep => upkeep.check());
  const { refs, dangling } = report;
  if (options.output === 'json') terminal.print(JSON.stringify(report, null, 2));
  else if (dangling.length > 0) terminal.print(tableText(dangling.map(({ digest, where }) => [digest, where])));
  terminal.say(`${countText(refs, 'blob')} named, ${dangling.length} of them not there`);
  return dangling.length === 0 ? EXIT.ok : EXIT.runFailed;
}

export async function archive(
  run: string | undefined,
  options: ArchiveCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const wanted = { ...(run !== undefined && { run }), ...(options.all && { all: true }) };
  const { archived, known, failed } = await withUpkeep(options, upkeep => upkeep.archive(wanted));
  for (const { run: id, execution, error } of failed) terminal.say(`run ${id} (${execution}): ${error.message}`);
  terminal.say(`${countText(archived, 'link')} archived, ${known} had been before`);
  return failed.length === 0 ? EXIT.ok : EXIT.runFailed;
}

async function withUpkeep<T>(options: Omit<CacheOptions, 'output'>, act: (upkeep: Upkeep) => Promise<T>): Promise<T> {
  const { database } = options;
  const { espalier, close } = await openSession(options, { ...(database !== undefined && { database }) });
  try {
    return await act(espalier.upkeep);
  } finally {
    await close();
  }
}

const amountText = ({ blobs, bytes }: Amount): string => `${countText(blobs, 'blob')}, ${sizeText(bytes)}`;

function durationOf(option: string, text: string): number {
  const duration = parseDuration(text as Duration);
  if (duration !== undefined) return duration;
  throw new EspalierError(
    'usage',
    `${option}: expected a duration such as 90m, 1h or 30d, got ${JSON.stringify(text)}`,
  );
}

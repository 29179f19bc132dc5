/** Options that several commands have, with one meaning and one text each. */
import { CACHE_USES } from '../engine/known.js';
import { InvalidArgumentError, Option, type Command } from 'commander';

export const OUTPUTS = ['text', 'json', 'jsonl'] as const;
export type Output = (typeof OUTPUTS)[number];

/** `--address`, `--namespace`, `--data`: which Temporal server. Give `ServerChoice`. */
export function withServer(command: Command): Command {
  return command
    .option(
      '--address <host:port>',
      'address of a Temporal server (default: TEMPORAL_*, a profile, or the one in the data folder)',
    )
    .option('--namespace <name>', 'namespace on that server (default: TEMPORAL_NAMESPACE, a profile, or "default")')
    .addOption(dataOption());
}

/** As `withServer`, where a service does as well. */
export function withServerOrService(command: Command): Command {
  return command
    .option(
      '--address <address>',
      'host:port of a Temporal server, or http://host:port of a service (default: TEMPORAL_*, a profile, or the server in the data folder)',
    )
    .option(
      '--namespace <name>',
      'namespace on that Temporal server (default: TEMPORAL_NAMESPACE, a profile, or "default")',
    )
    .addOption(dataOption());
}

/** `--address`, `--data`: where graphs are registered. Give `ServerChoice`. */
export function withRegistry(command: Command): Command {
  return command
    .option(
      '--address <url>',
      'http://host:port of a service (default: the one of `espalier dev` in the data folder, or the database itself)',
    )
    .addOption(dataOption());
}

/** `--cache` */
export const cacheOption = (description: string): Option =>
  new Option('--cache <use>', description).choices([...CACHE_USES]);

/** `--set`, `--input`, `--pin`, `--interventions`, `--prune`, `--cache`: what a run begins with. */
export function withBeginning(command: Command): Command {
  return command
    .option(
      '-s, --set <port=value>',
      'an input: JSON where the port takes that, else text; may be given several times',
      collect,
    )
    .option('-d, --input <json>', 'inputs as JSON or YAML: text, @file, or - for stdin')
    .option(
      '--pin <address=value>',
      'supply an input, or override any other port, before anything runs; the value as with --set, or @file; may be given several times',
      collect,
    )
    .option('--interventions <json>', 'a list of interventions as JSON or YAML: text, @file, or - for stdin')
    .option('--prune', 'leave out whatever nothing needs that runs, not only pure steps')
    .addOption(cacheOption('how it uses the step cache (default: use)'));
}

/** `--context`: secrets. */
export const contextOption = (): Option =>
  new Option(
    '--context <json>',
    'what steps take of secrets, by node or _global, as JSON or YAML: text, @file (not in the history of the shell), or - for stdin; sealed, and recorded nowhere',
  );

export const dataOption = (): Option =>
  new Option('--data <dir>', 'data folder (default: ESPALIER_DATA, or ./.espalier)');

export const outputOption = (choices: readonly string[] = OUTPUTS): Option =>
  new Option('-o, --output <format>', 'what is written to stdout').choices(choices).default(choices[0]);

export const databaseOption = (): Option =>
  new Option(
    '--database <url>',
    'postgres:// URL, or path of a SQLite file (default: ESPALIER_DATABASE, or espalier.db in the data folder)',
  );

export const stepsOption = (): Option =>
  new Option('--steps <folder>', 'folder with implementations; may be given several times').argParser(collect);

/** Of an option that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const portOption = (description: string): Option =>
  new Option('--port <port>', description).argParser(wholeNumber(0, 65_535));

/** A whole number from `least` on, up to `most` if there is one. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return text => {
    const value = Number(text);
    if (/^\d{1,16}$/.test(text) && value >= least && value <= most) return value;
    const limit = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number from ${least}${limit}.`);
  };
}

/** `espalier pin` and `unpin`: changing a run that goes on, and taking that back. */
import { INPUT, OVERRIDE, type Intervention, type Payload } from '../intervention/intervention.js';
import type { Intervened } from '../run/run.js';
import { EspalierError } from '../value/espalier-error.js';
import type { PinOptions } from './commands/pin.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { readValue } from './given-interventions.js';
import { readObject } from './given-text.js';
import { withRuns } from './open-runs.js';
import { looseValueOf, splitEntry } from './run-input.js';
import { choiceArguments, type ServerChoice } from './server-choice.js';
import { quotedCommand } from './shell.js';
import type { Terminal } from './terminal.js';
import { userName } from './user-name.js';

export async function pin(id: string, target: string, options: PinOptions, terminal: Terminal): Promise<ExitCode> {
  const intervention = await interventionOf(target, options);
  return withRuns(options, async runs => {
    const answer = await runs.run(id).intervene(intervention);
    const outcome = answer.outcome ?? 'pending';
    const result = { run: id, at: intervention.at, ...answer };
    terminal.print(options.output === 'json' ? JSON.stringify(result) : outcome);
    terminal.say(meaning(id, intervention.at, answer, choiceArguments(options)));
    return outcome === 'too-late' ? EXIT.runFailed : EXIT.ok;
  });
}

/** Of an outcome, for people. */
function meaning(run: string, at: string, answer: Intervened, where: readonly string[]): string {
  const what = `intervention ${answer.id} at ${at} of run ${run}`;
  switch (answer.outcome) {
    case undefined: {
      const show = quotedCommand(['runs', 'show', run, ...where]);
      return `${what} is kept, but the run has not answered: the outcome will be in ${show}`;
    }
    case 'too-late':
      return `${what} came too late: something has read the port, and nothing has changed; with --recompute what depends on it runs again`;
    case 'applied':
    case 'replaced-attempt':
      return what;
  }
}

async function interventionOf(target: string, options: PinOptions): Promise<Intervention> {
  const { kind, reason, by = userName(), id, recompute } = options;
  const { at, payload } = await payloadOf(target, options);
  return {
    at,
    kind: kind ?? (at.startsWith('$in.') ? INPUT : OVERRIDE),
    ...payload,
    by,
    ...(reason !== undefined && { reason }),
    ...(id !== undefined && { id }),
    ...(recompute && { onLate: 'recompute' }),
  };
}

async function payloadOf(
  target: string,
  { ref, resolve, args }: PinOptions,
): Promise<{ readonly at: string; readonly payload: Payload }> {
  if (ref !== undefined && resolve !== undefined) throw usage('--ref and --resolve exclude each other');
  if (args !== undefined && resolve === undefined)
    throw usage('--args are those of a resolver: give --resolve as well');
  if (ref === undefined && resolve === undefined) {
    const [at, text] = splitEntry(target, 'pin', 'address=value');
    return { at, payload: { value: await readValue(text, looseValueOf) } };
  }
  if (target.includes('=')) throw usage(`with --ref and --resolve only the address is given, got ${target}`);
  if (ref !== undefined) return { at: target, payload: { ref: { store: 'blobs', key: ref } } };
  const given = args === undefined ? {} : await readObject(args, '--args', 'the arguments', 'an object of arguments');
  return { at: target, payload: { resolve: { name: resolve ?? '', args: given } } };
}

export async function unpin(id: string, which: string, options: ServerChoice, terminal: Terminal): Promise<ExitCode> {
  return withRuns(options, async runs => {
    const run = runs.run(id);
    const { interventions = [] } = await run.view();
    const known = interventions.filter(({ refused }) => refused === undefined);
    const there = known.filter(({ at, effect }) => at === which && (effect === 'pending' || effect === 'used'));
    const found = known.find(state => state.id === which) ?? there.at(-1);
    await run.withdraw(found?.id ?? which);
    terminal.say(`intervention ${found?.id ?? which} of run ${id} is withdrawn`);
    return EXIT.ok;
  });
}

const usage = (message: string): EspalierError => new EspalierError('usage', message);

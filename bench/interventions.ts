/** What interventions save, and what one costs: a chain with most of it overridden, a graph with all of it, and one sent to a run. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { compile } from '../src/plan/compile.js';
import type { Intervention } from '../src/intervention/intervention.js';
import type { Plan } from '../src/plan/plan.js';
import { historyOf } from '../test/live/history.js';
import { figuresOf, sampleCases, type Bench, type Case, type Sample } from './bench.js';
import { chain } from './graphs.js';
import { layeredDocument } from './layered-document.js';
import { median, quantile, spread, timed } from './measure.js';
import type { Rig } from './rig.js';
import { VALUE } from './steps.js';

export async function measureInterventions(bench: Bench): Promise<void> {
  const { options, report } = bench;
  if (!options.only.has('interventions')) return;
  const cases = casesOf(options.quick);
  const samples = await sampleCases(bench, 'interventions', cases);
  cases.forEach(({ name, side }, k) => {
    const own = samples[k] ?? [];
    const full = samples[0] ?? [];
    const ratio = k === 1 ? { ms: median(own.map(({ ms }, round) => ms / (full[round]?.ms ?? NaN))) } : undefined;
    report.add({
      part: 'interventions',
      bench: name,
      side,
      ms: spread(own.map(({ ms }) => ms)),
      figures: figuresOf(own),
      ...(ratio && { ratio }),
    });
  });
}

function casesOf(quick: boolean): readonly Case[] {
  const [length, size, sends] = quick ? [20, 500, 10] : [100, 10_000, 200];
  const plan = compile(chain(length).document);
  const whole = compile(layeredDocument(size));
  // Every tenth step of the chain is left: the last of each ten.
  const most = overridesOf(plan, id => Number(id.slice(1)) % 10 !== 9);
  const all = overridesOf(whole, () => true, { id: 'x', count: 1 });
  return [
    { name: `chain of ${length}`, side: 'nothing overridden', sample: rig => sampleRun(rig, plan, []) },
    { name: `chain of ${length}`, side: '90 % overridden', sample: rig => sampleRun(rig, plan, most) },
    { name: `${size.toLocaleString('en')} nodes`, side: 'all overridden', sample: rig => sampleRun(rig, whole, all) },
    { name: 'intervene on a run', side: `${sends} one after another`, sample: rig => sampleSends(rig, sends) },
  ];
}

function overridesOf(plan: Plan, chosen: (id: string) => boolean, value: object = VALUE): readonly Intervention[] {
  const nodes = plan.bodies[0]?.nodes ?? [];
  return nodes.flatMap(({ id }) =>
    chosen(id) ? [{ at: `${id}.value`, kind: 'override', value: { ...value } } as const] : [],
  );
}

/** From the start to its result. */
async function sampleRun(
  { espalier, client }: Rig,
  plan: Plan,
  interventions: readonly Intervention[],
): Promise<Sample> {
  const id = `overridden-${randomUUID()}`;
  const input = { value: plan.graph === 'chain' ? VALUE : { id: 'x', count: 0 } };
  const ms = await timed(async () => (await espalier.start(plan, { id, input, interventions })).result());
  const history = await historyOf(client, id);
  return {
    ms,
    activities: history.count('ActivityTaskScheduled'),
    events: history.events.length,
    workflowTasks: history.count('WorkflowTaskCompleted'),
  };
}

/** Overrides of a port that nobody has read, of a run that holds before it; each answered before the next is sent. */
async function sampleSends({ espalier, client }: Rig, sends: number): Promise<Sample> {
  const run = await espalier.start(chain(3), { input: { value: VALUE }, breakpoints: [{ before: 'n2' }] });
  while ((await run.view()).holds === undefined) await wait(10);
  const before = await historyOf(client, run.id);
  const times: number[] = [];
  for (let k = 0; k < sends; k += 1) {
    const value = { ...VALUE, n: k };
    times.push(await timed(() => run.intervene({ at: 'n1.value', kind: 'override', value, id: `send-${k}` })));
  }
  const after = await historyOf(client, run.id);
  await run.cancel();
  const perSend = (after.events.length - before.events.length) / sends;
  return { ms: median(times), p99: quantile(times, 0.99), eventsPerIntervention: perSend };
}

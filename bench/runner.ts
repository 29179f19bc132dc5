/** How long a workflow of a runner takes to be resumed that has produced much before, and what is loaded for it. */
import { randomUUID } from 'node:crypto';
import type { Command } from '../src/engine/command.js';
import { createEngine, type Engine } from '../src/engine/engine.js';
import { fedPlan } from '../src/plan/fed.js';
import { compile } from '../src/graph/compile.js';
import { ENGINE_VERSION } from '../src/protocol/start.js';
import type { Rehydration } from '../src/runner/rehydrate.js';
import type { Runner } from '../src/runner/runner.js';
import { putStart } from '../src/runner/workflow-start.js';
import { saveWorkflow } from '../src/step/save-workflow.js';
import { digestOf, type BlobStore } from '../src/store/blob-store.js';
import type { Value } from '../src/value/value.js';
import { inRounds, type Bench } from './bench.js';
import { chain } from './graphs.js';
import { median, spread, timed } from './measure.js';
import type { Figures } from './report.js';
import { QUEUES } from './rig.js';

const NODES = 10;

interface Sample extends Figures {
  readonly ms: number;
}

export async function measureRunner(bench: Bench): Promise<void> {
  const { options, rig, report } = bench;
  if (!options.only.has('runner')) return;
  const facts = options.quick ? 1000 : 10_000;
  const runner = await rig.espalier.runner({ name: `bench-${randomUUID()}` });
  rig.closer.add(() => runner.close());
  let gets = 0;
  runner.on('store', ({ op }) => (gets += op === 'get' ? 1 : 0));
  bench.say(`runner: making ${facts} facts`);
  await save(runner, 'grown', facts / NODES);
  const resume = async (rehydration: Rehydration): Promise<Sample> => {
    gets = 0;
    let did = { loaded: 0, refs: 0 };
    const ms = await timed(async () => void (did = await runner.resume('grown', { rehydration })));
    const blobs = gets;
    await runner.stop('grown', { persist: false });
    return { ms, loaded: did.loaded, refs: did.refs, blobs };
  };
  const sides = ['lazy', 'hybrid', 'full'] as const;
  for (const side of sides) await resume(side);
  const rounds = await inRounds(bench, 'runner', async () => {
    const samples: Sample[] = [];
    for (const side of sides) samples.push(await resume(side));
    return samples;
  });
  sides.forEach((side, k) => {
    const samples = rounds.flatMap(round => round[k] ?? []);
    const figures = Object.fromEntries(
      (['loaded', 'refs', 'blobs'] as const).map(name => [name, median(samples.map(each => each[name] ?? NaN))]),
    );
    report.add({
      part: 'runner',
      bench: `resume ${facts} facts`,
      side,
      ms: spread(samples.map(({ ms }) => ms)),
      figures,
    });
  });
}

/** A workflow that was stopped after so many inputs, as if Temporal had run it. */
async function save(runner: Runner, id: string, inputs: number): Promise<void> {
  const { blobs, database } = runner.getStore();
  const workflows = (await database()).workflows('default');
  const plan = compile(chain(NODES));
  const options = { checkpoint: 'manual' } as const;
  const common = { engineVersion: ENGINE_VERSION, plan, options, many: [], taskQueue: QUEUES.graph };
  const start = await putStart({ key: randomUUID(), ...common }, blobs);
  const engine = createEngine(fedPlan(plan), options);
  await perform(engine, blobs, engine.apply({ at: 1, kind: 'started', inputs: {} }));
  for (let k = 0; k < inputs; k += 1) {
    const fed = { at: 2 + k, kind: 'fed', id: randomUUID(), values: [valueOf(k)] } as const;
    await perform(engine, blobs, engine.apply(fed));
  }
  await saveWorkflow({ blobs, workflows }, { runner: runner.name, id, start }, 'stop', engine.snapshot());
}

async function perform(engine: Engine, blobs: BlobStore, commands: readonly Command[]): Promise<void> {
  const open = [...commands];
  for (let command = open.shift(); command; command = open.shift()) {
    if (command.kind === 'execute') {
      const { exec } = command;
      const outputs = Object.fromEntries(
        (engine.plan.contracts[0]?.out ?? []).map(({ name }) => [name, valueOf(exec)] as const),
      );
      open.push(...engine.apply({ at: exec, kind: 'completed', exec, outputs }));
    } else if (command.kind === 'keep') {
      const { exec, before, results } = command;
      const bytes = Buffer.from(JSON.stringify({ before, results }));
      const head = digestOf(bytes);
      await blobs.put(head, bytes);
      open.push(...engine.apply({ at: exec, kind: 'kept', exec, head }));
    }
  }
}

function valueOf(k: number): Value {
  const inline = `value ${k} `.repeat(10);
  return { digest: digestOf(Buffer.from(JSON.stringify(inline))), size: inline.length + 2, inline };
}

/**
 * The workflow: one interpreter for every graph. Whatever needs to be known at the first event is made before the first
 * handler, the handlers before the first `await`, and they are synchronous: an update that came with the start runs
 * inside `setHandler`.
 *
 * Of the first activation the engine hears signals, then updates, each in history order, then a cancellation, then
 * `started` (or `continued`); of later ones signals and updates, then the rest in history order.
 */
import { allHandlersFinished, CancellationScope, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { createEngine, restoreEngine, type Engine } from '../../src/engine/engine.js';
import { ENGINE_VERSION, type RunOutput, type StartArgument } from '../../src/protocol/start.js';
import { current } from './current.js';
import { createDriver } from './driver.js';
import { finishRun } from './finish-run.js';
import { receiveItems } from './items.js';
import { receiveRequests } from './requests.js';
import { createStatusMark } from './status-mark.js';

/** Runs a plan, or goes on with one (`carried`). Never called by name: it is the default workflow of the bundle. */
export async function interpreter(argument: StartArgument): Promise<RunOutput> {
  if (argument.engineVersion !== ENGINE_VERSION) throw unknownVersion(argument.engineVersion);
  const { plan, options, interventions, known, carried } = argument;
  const engine = carried ? restoreEngine(plan, carried.snapshot) : createEngine(plan, options, interventions);
  current.engine = engine;
  const mark = createStatusMark(engine, argument.searchable);
  const driver = createDriver(engine, argument, mark.update);

  receiveItems(engine, driver);
  receiveRequests(engine, driver);
  const root = CancellationScope.current();
  const cancel = (): void => driver.feed({ at: Date.now(), kind: 'cancelled' });
  if (root.consideredCancelled) cancel();
  else root.cancelRequested.catch(cancel);
  const at = Date.now();
  driver.feed(
    carried ? { at, kind: 'continued' } : { at, kind: 'started', inputs: argument.inputs, ...(known && { known }) },
  );

  await driver.ended;
  if (!allHandlersFinished()) await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  const finish = driver.finish();
  return finish ? finishRun(finish, mark) : handOver(argument, engine);
}

/** The next link goes on from the snapshot. */
function handOver({ interventions: _, known: __, ...argument }: StartArgument, engine: Engine): Promise<never> {
  const { link = 0, startedAt = workflowInfo().startTime.getTime() } = argument.carried ?? {};
  const carried = { link: link + 1, snapshot: engine.snapshot(), startedAt };
  return continueAsNew<(next: StartArgument) => Promise<RunOutput>>({ ...argument, inputs: {}, carried });
}

/** Not an ApplicationFailure: the task is tried again until a worker that knows the version takes it. */
function unknownVersion(version: number): Error {
  const { workflowId } = workflowInfo();
  return new Error(`run ${workflowId} needs engine version ${version}; this worker has ${ENGINE_VERSION}: update it`);
}

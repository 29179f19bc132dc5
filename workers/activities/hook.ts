import { Context } from '@temporalio/activity';
import type { HookCall } from '../../src/protocol/activity.js';
import type { Registry } from '../../src/step/registry.js';
import { startHeartbeat } from './heartbeat.js';

/** The activity behind the engine's `hook`. One that is not here, or throws, is logged and harms nothing. */
export function createHookActivity(registry: Registry): (call: HookCall) => Promise<void> {
  return async ({ workflow: { runner, id }, at, run, name, event }) => {
    const context = Context.current();
    const { log } = context;
    const hook = registry.findHook(name);
    if (!hook) {
      log.warn(`this worker has no hook ${JSON.stringify(name)}`);
      return;
    }
    const heartbeat = startHeartbeat(context);
    try {
      await hook({ ...event, runner, workflow: id, idempotencyKey: `${run}/${at}` });
    } catch (error) {
      log.warn(`hook ${JSON.stringify(name)} threw`, { error: error instanceof Error ? error.stack : String(error) });
    } finally {
      heartbeat.stop();
    }
  };
}

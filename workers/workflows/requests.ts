import {
  ApplicationFailure,
  defineSignal,
  defineUpdate,
  setDefaultSignalHandler,
  setDefaultUpdateHandler,
  setHandler,
} from '@temporalio/workflow';
import type { EngineEvent } from '../../src/engine/event.js';
import { requestEvent, REQUESTS } from '../../src/protocol/request.js';

/** Takes pause, resume and cancel, each as a signal and as an update (answered when the engine has heard it). */
export function receiveRequests(feed: (event: EngineEvent) => void): void {
  const receive = (name: string, ...args: unknown[]): boolean => {
    const event = requestEvent(name, Date.now(), args);
    if (event) feed(event);
    return event !== undefined;
  };

  // What came before this moment is handed out by `setHandler`, name by name; a default handler gets it in order.
  setDefaultSignalHandler((name, ...args) => void receive(name, ...args));
  setDefaultUpdateHandler((name, ...args) => {
    if (!receive(name, ...args)) throw ApplicationFailure.nonRetryable(`unknown update ${name}`, 'unknown_update');
  });
  for (const name of REQUESTS) {
    setHandler(defineSignal<unknown[]>(name), (...args) => void receive(name, ...args));
    setHandler(defineUpdate<void, unknown[]>(name), (...args) => void receive(name, ...args));
  }
  setDefaultUpdateHandler(undefined);
}

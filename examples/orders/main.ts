/** A runner, fed, stopped, resumed and asked, on a Temporal server that is started for it and ends with it. */
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Espalier, type AnyFed } from 'espalier/client';
import { startServer } from 'espalier/testing';
import { createWorker } from 'espalier/worker';
import { orders, steps } from './index.js';

const dataDir = resolve(process.env['ESPALIER_DATA'] || '.espalier');
const hooks = { dayIsDone: (): void => console.log('hook: nothing is left to do') };

const server = await startServer({ dataDir, headless: true });
const place = { address: server.address, dataDir, namespace: 'default' };
const worker = await createWorker({ graphs: [orders], steps, hooks }, place);
const work = worker.run();
const espalier = await Espalier.connect(place);
const runner = await espalier.runner({ name: 'shop' });
try {
  const id = `day-${new Date().toISOString().replaceAll(':', '-')}`;
  const day = await runner.startWorkflow(id, orders, { many: ['receipt'], onComplete: 'dayIsDone' });
  await day.run({ customer: 'Ann', price: 10 });
  await day.run({ customer: 'Ben', price: 4, quantity: 99 });
  await day.run({ customer: 'Cleo', price: 2.5, quantity: 2 });
  await settled(day);
  const { cursor } = await day.stop();
  console.log(`stopped, saved as ${cursor?.slice(0, 12)}`);

  const { workflow, loaded, refs } = await runner.resume(id, { rehydration: 'lazy', graph: orders });
  console.log(`resumed: ${loaded} values loaded, ${refs} left in the store`);
  await workflow.run({ customer: 'Dan', price: 1 });
  await settled(workflow);

  console.log('results', await workflow.getResults({ all: true, components: ['total'] }));
  console.log('by port', await workflow.getResults());
  const { failures } = await workflow.getResults({ failures: true });
  for (const { seq, address, message } of failures) console.log(`order ${seq} failed at ${address}: ${message}`);
  await workflow.stop();
} finally {
  await runner.close();
  await espalier.close();
  worker.shutdown();
  await work;
  await server.stop();
}

/** Waits until every order has ended. */
async function settled(day: Pick<AnyFed, 'getWorkflow'>): Promise<void> {
  for (;;) {
    const { accepted, ended } = await day.getWorkflow();
    if (accepted === ended) return;
    await wait(50);
  }
}

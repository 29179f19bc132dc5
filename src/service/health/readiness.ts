import { Inject, Injectable } from '@nestjs/common';
import type { Health, HealthCheck } from '../../api/health.js';
import { Espalier } from '../../client/espalier.js';
import type { Database } from '../../store/database/open-database.js';
import { DATABASE } from '../tokens.js';

/** How long a check may take, and how long what it said holds for others, in milliseconds. */
const LIMIT = 2_000;
const FRESH = 1_000;

/** Resolves with a sentence when something is worth knowing, throws when something is out of order. */
type Check = () => Promise<string | undefined | void>;

/** Whether requests can be served now. However many ask, each check is made at most once a second. */
@Injectable()
export class Readiness {
  private readonly checks: Readonly<Record<string, Check>>;
  private asked: { readonly at: number; readonly health: Promise<Health> } | undefined;

  constructor(@Inject(Espalier) espalier: Espalier, @Inject(DATABASE) database: Database) {
    this.checks = {
      'temporal:responseTime': () => espalier.ping(),
      'database:responseTime': () => database.ping(),
      'workers:responseTime': () => idleQueue(espalier),
    };
  }

  now(): Promise<Health> {
    const at = performance.now();
    if (!this.asked || at - this.asked.at > FRESH) this.asked = { at, health: this.ask() };
    return this.asked.health;
  }

  private async ask(): Promise<Health> {
    const asked = Object.entries(this.checks).map(async ([name, check]) => ({ name, result: await resultOf(check) }));
    const results = await Promise.all(asked);
    const found = new Set(results.map(({ result }) => result.status));
    const status = (['fail', 'warn'] as const).find(worse => found.has(worse)) ?? 'pass';
    return { status, checks: Object.fromEntries(results.map(({ name, result }) => [name, [result]])) };
  }
}

/** Never a failure: a run that is started is kept, and begins when a worker comes. A service that waits for workers to be
 * ready, and workers that are rolled out after it, would wait for each other. */
async function idleQueue(espalier: Espalier): Promise<string | undefined> {
  try {
    const { workflows, steps } = await espalier.pollers();
    if (workflows > 0 && steps > 0) return undefined;
    return `no worker takes ${workflows > 0 ? 'steps' : 'runs'} of the default task queue, they wait; start one with: espalier worker`;
  } catch (error) {
    return `whether workers are there is not known: ${messageOf(error)}`;
  }
}

async function resultOf(check: Check): Promise<HealthCheck> {
  const [time, began] = [new Date().toISOString(), performance.now()];
  const told = await outcomeOf(check);
  const observedValue = Math.round(performance.now() - began);
  return { observedValue, observedUnit: 'ms', time, ...told };
}

async function outcomeOf(check: Check): Promise<Pick<HealthCheck, 'status' | 'output'>> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${LIMIT / 1000} s; is it overloaded, or locked?`)),
      LIMIT,
    );
  });
  try {
    const output = await Promise.race([check(), limit]);
    return output === undefined ? { status: 'pass' } : { status: 'warn', output };
  } catch (error) {
    return { status: 'fail', output: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

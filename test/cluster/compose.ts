/** What docker-compose.yml says, so that the trial tries that and nothing else. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Environment } from './processes.js';

export const ROOT = resolve(import.meta.dirname, '../..');

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string | number>>;
  readonly healthcheck: { readonly test: readonly string[] };
}

const { services } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};

function service(name: string): Service {
  const found = services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

export const imageTag = (name: string): string => service(name).image.split(':')[1] ?? '';

/** The variables of a service, with those that differ where there are no containers. */
export function environmentOf(name: string, instead: Environment): Environment {
  const entries = Object.entries(service(name).environment).map(([key, value]) => [key, String(value)]);
  return { ...(Object.fromEntries(entries) as Record<string, string>), ...instead };
}

/** What its health check asks, at another port. */
export function healthUrl(name: string, port: number): string {
  const url = service(name)
    .healthcheck.test.join(' ')
    .match(/http:[^\s')]+/)?.[0];
  if (!url) throw new Error(`the health check of ${name} asks no URL`);
  return Object.assign(new URL(url), { port: String(port) }).href;
}

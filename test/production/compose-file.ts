/** docker-compose.yml as it is after anchors and merge keys. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

export const ROOT = resolve(import.meta.dirname, '../..');
export const COMPOSE_TEXT = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');

export interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
}

export interface Compose {
  readonly text: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export function readCompose(text: string = COMPOSE_TEXT): Compose {
  return { ...(parse(text, { merge: true }) as Omit<Compose, 'text'>), text };
}

/** A service by its name, or one with nothing set: rules then say what is missing. */
export const serviceOf = ({ services }: Compose, name: string): Service => services[name] ?? {};

/** It does one thing and ends: others wait for that. */
export const endsByItself = ({ restart = '' }: Service): boolean => restart.startsWith('on-failure:');

/** The port and path that a service's health check asks on its own machine. */
export function asked(service: Service): string {
  return /http:\/\/127\.0\.0\.1:(\d+\/\S*?)['"]?(?:[\s)]|$)/.exec(service.healthcheck?.test.join(' ') ?? '')?.[1] ?? '';
}

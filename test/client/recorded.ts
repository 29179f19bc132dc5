import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultDataConverter } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { temporal } from '@temporalio/proto';
import type { HistoryEvent } from '../../src/client/history.js';
import { createPayloadReader, type PayloadReader } from '../../src/client/payloads.js';

const { History } = temporal.api.history.v1;
const FOLDER = fileURLToPath(new URL('../live/histories/', import.meta.url));

/** Names of the histories that were recorded on a real server. */
export const RECORDED: readonly string[] = readdirSync(FOLDER).map(file => file.replace(/\.json$/, ''));

export function recorded(name: string): readonly HistoryEvent[] {
  return overTheWire(historyFromJSON(JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8'))));
}

/** A history as a client gets it. */
export function overTheWire(history: object): readonly HistoryEvent[] {
  return History.decode(History.encode(History.fromObject(history)).finish()).events;
}

export const reader: PayloadReader = createPayloadReader(
  { converter: defaultDataConverter, namespace: 'default' },
  'recorded',
);

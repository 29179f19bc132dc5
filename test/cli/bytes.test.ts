import pc from 'picocolors';
import { expect, test } from 'vitest';
import type { Cli } from '../../src/cli/cli.js';
import { follow } from '../../src/cli/follow-run.js';
import type { Output } from '../../src/cli/options.js';
import { reportOutcome } from '../../src/cli/report-outcome.js';
import { viewText } from '../../src/cli/view-text.js';
import { bytes, byteStream, text } from '../../src/graph/bytes.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { runLocal } from '../../src/local/run-local.js';
import { impl } from '../../src/step/impl.js';
import { digestOf } from '../../src/store/blob-store.js';

const image = Buffer.alloc(12_345_678, 'image');
const PNG = { media: 'image/png' };
const shoot = step({ id: 'shoot', in: {}, out: { image: byteStream(PNG), thumb: bytes(PNG), note: text() } });
const photo = graph({ id: 'photo', in: {}, out: { image: bytes(), thumb: bytes(), note: text() } }, g => ({
  out: g.run(shoot, {}),
}));
const start = () =>
  runLocal(photo.document, { steps: [impl(shoot, () => ({ image, thumb: image.subarray(0, 3), note: 'done' }))] });

async function printed(output: Output): Promise<string> {
  const lines: string[] = [];
  const terminal = {
    ...{ colors: pc.createColors(false), isLive: false, print: (line: string) => void lines.push(line) },
    ...{ say: () => {}, show: () => {} },
  };
  const progress = { take() {}, end() {} };
  const outcome = await follow(start(), { terminal, progress, interrupted: new AbortController().signal });
  if (outcome.kind === 'interrupted') throw new Error('nobody interrupts it');
  const cli: Cli = { terminal, verbose: false, action: () => async () => {} };
  expect(reportOutcome(outcome, { id: 'r', graph: 'photo' }, output, cli)).toBe(0);
  return lines.join('\n');
}

test('bytes are named where people read, and base64 where programs do', async () => {
  expect(await printed('text')).toBe(
    [
      `image: <12.3 MB of image/png, sha256 ${digestOf(image)}>`,
      'note: done',
      `thumb: <3 B of image/png, sha256 ${digestOf(image.subarray(0, 3))}>`,
    ].join('\n'),
  );
  const { outputs } = JSON.parse(await printed('json')) as { readonly outputs: Readonly<Record<string, string>> };
  expect(digestOf(Buffer.from(outputs['image'] ?? '', 'base64'))).toBe(digestOf(image));
  expect(outputs).toMatchObject({ thumb: 'aW1h', note: 'done' });
});

test('a view shows their media and their size', async () => {
  const run = start();
  const outputs = (await run.result()) as Readonly<Record<string, unknown>>;
  const shown = viewText(await run.view(), outputs);
  expect(shown).toContain(`image=(12.3 MB of image/png, ${digestOf(image).slice(0, 12)})`);
  expect(shown).toContain(`note="done" thumb=(3 B of image/png, ${digestOf(image.subarray(0, 3)).slice(0, 12)})`);
  expect(shown).toContain(`image: <12.3 MB of image/png, sha256 ${digestOf(image)}>`);
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coffee, steps } from '../../examples/coffee/index.js';
import type { Fixture } from '../../src/client/fixture.js';
import { override } from '../../src/graph/intervene.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import { LocalEspalier } from '../../src/testing/local-espalier.js';
import { replayFixture } from '../../src/testing/replay-fixture.js';
import { z } from 'zod';
import { QUIET, Works, works } from './works.js';

const read = async (name: string): Promise<Fixture> =>
  JSON.parse(await readFile(join(import.meta.dirname, name), 'utf8')) as Fixture;

/** As it comes from a file. */
const kept = (fixture: Fixture): Fixture => JSON.parse(JSON.stringify(fixture)) as Fixture;

describe('a run of coffee from a file', () => {
  test('gives what it gave, and nothing is executed', async () => {
    const { run, view, mismatches } = await replayFixture(await read('coffee-run.json'));
    expect(await run.result()).toEqual({ coffee: 'Cup of latte with 200ml' });
    expect(view.nodes.map(({ state }) => state)).toEqual(['cached', 'cached']);
    expect(mismatches).toEqual([]);
  });

  test('with one step live says what that gives otherwise', async () => {
    const fixture = await read('coffee-run.json');
    const same = await replayFixture(fixture, { steps, live: ['brew'] });
    expect(same.view.nodes.map(({ state }) => state)).toEqual(['cached', 'completed']);
    expect(same.mismatches).toEqual([]);
    const [, brew] = steps;
    const other = impl(brew?.contract as never, () => ({ coffee: 'tea' }) as never);
    const { run, mismatches } = await replayFixture(fixture, { steps: [other], live: ['brew'] });
    expect(await run.result()).toEqual({ coffee: 'tea' });
    expect(mismatches).toMatchObject([
      { at: 'brew.coffee', b: { inline: 'tea' }, why: [{ kind: 'code or non-determinism' }] },
    ]);
  });

  test('needs what it executes, and nodes that there are', async () => {
    const fixture = await read('coffee-run.json');
    await expect(replayFixture(fixture, { live: ['brew'] })).rejects.toMatchObject({ code: 'step_not_here' });
    await expect(replayFixture(fixture, { steps, live: ['brwe'] })).rejects.toThrow(/did you mean "brew"/);
    await expect(replayFixture({} as Fixture)).rejects.toMatchObject({ code: 'invalid_fixture' });
  });

  test('is what a run of today gives', async () => {
    const espalier = new LocalEspalier(async () => ({ steps }), QUIET);
    const run = await espalier.start(coffee, { input: { beans: 20, water: 200 }, id: 'monday' });
    await run.ended();
    const { source, ended } = kept(await espalier.fixture(run));
    const recorded = await read('coffee-run.json');
    expect(ended).toEqual(recorded.ended);
    expect(source.plan).toEqual(recorded.source.plan);
    expect(source.nodes).toEqual(recorded.source.nodes);
  });
});

describe('a fixture', () => {
  const long = 'x'.repeat(5000);
  const say = step({ id: 'say', in: { name: z.string() }, out: { text: z.string() } });
  const shout = step({ id: 'shout', in: { text: z.string() }, out: { text: z.string() } });
  const hello = graph({ id: 'hello', in: { name: z.string() }, out: { text: z.string() } }, (g, i) => {
    const said = g.run(say, { name: i.name }, { as: 'say' });
    return { out: { text: g.run(shout, { text: said.text }, { as: 'shout' }).text }, nodes: [said] };
  });
  const registered = {
    steps: [
      impl(say, ({ name }) => ({ text: `${name} ${long}` })),
      impl(shout, ({ text }) => ({ text: text.toUpperCase() })),
    ],
  };

  async function recorded(redact?: readonly string[] | ((at: string) => boolean)): Promise<Fixture> {
    const espalier = new LocalEspalier(async () => registered, QUIET);
    const run = await espalier.start(hello, { input: { name: 'Ann the secret' } });
    await run.ended();
    return kept(await espalier.fixture(run.id, redact && { redact }));
  }

  test('has the large values with it, and executes what made those that are gone', async () => {
    const fixture = await recorded();
    const texts = Object.values(fixture.blobs).map(String);
    expect(texts.map(text => text.slice(0, 10)).toSorted()).toEqual(['"ANN THE S', '"Ann the s']);
    const { run } = await replayFixture(fixture, { ...registered, live: ['shout'] });
    expect(await run.result()).toEqual({ text: `ANN THE SECRET ${long.toUpperCase()}` });
    const said = Object.entries(fixture.blobs).filter(([, text]) => String(text).startsWith('"ANN'));
    const blobs = Object.fromEntries(said);
    const { view, mismatches } = await replayFixture({ ...fixture, blobs }, registered);
    expect(view.nodes.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(mismatches).toEqual([]);
  });

  test('without secrets has them nowhere, and who would read one has to be given it', async () => {
    const fixture = await recorded(['$in.name', 'say', 'shout']);
    expect(fixture.redacted).toEqual(['$in.name', 'say.text', 'shout.text', '$out.text']);
    expect(JSON.stringify(fixture)).not.toMatch(/secret/i);
    expect((await replayFixture(fixture)).mismatches).toEqual([]);
    const refused = { code: 'redacted', message: expect.stringMatching(/^shout is executed and reads say\.text, /) };
    await expect(replayFixture(fixture, { ...registered, live: ['shout'] })).rejects.toMatchObject(refused);
    await expect(replayFixture(fixture, { ...registered, live: ['say'] })).rejects.toThrow(/^say .* reads \$in\.name/);
    const given = await replayFixture(fixture, { ...registered, live: ['say'], input: { name: 'Bob' } });
    expect(await given.run.result()).toEqual({ text: `BOB ${long.toUpperCase()}` });
    const interventions = [override(hello.at.say.out.text, 'hi')];
    const replaced = await replayFixture(fixture, { ...registered, interventions });
    expect(await replaced.run.result()).toEqual({ text: 'HI' });
  });

  test('leaves out the same content wherever it stands, and refuses to leave out what is not there', async () => {
    expect((await recorded(at => at === 'shout.text')).redacted).toEqual(['shout.text', '$out.text']);
    await expect(recorded(['shuot'])).rejects.toMatchObject({ code: 'unknown_address' });
  });

  test('of a failed run executes what failed, and says nothing of why when something was left out', async () => {
    const place = new Works();
    place.instead.set('sum', () => {
      throw new Error('the secret is out');
    });
    const run = await place.espalier.start(works, { input: { n: 5 } });
    await run.ended();
    const fixture = kept(await place.espalier.fixture(run, { redact: ['left'] }));
    expect(JSON.stringify(fixture)).not.toContain('the secret is out');
    place.instead.clear();
    place.take();
    const { view } = await replayFixture(fixture, { steps: place.steps, live: ['left'] });
    expect(view.status).toBe('completed');
    expect(place.take()).toEqual(['late', 'left', 'sum']);
  });
});

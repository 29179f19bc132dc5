import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../src/document/parse.js';
import { SHOP, temporaryFolder } from './espalier.js';
import { useOneProcess } from './one-process.js';

const espalier = useOneProcess();

const COFFEE = ['graph', 'export', 'examples/coffee'];

const WRONG = `id: coffee
in: { beans: { type: number } }
nodes:
  grind: { step: grindd, in: { beans: $in.bean } }
  brew:
    step: brew
    in: { powder: grind.powder, water: nowhere.x }
steps:
  brew: { in: { powder: { type: number }, water: { type: number } }, out: { coffee: { type: string } } }
out: { coffee: brew.coffe }
`;

const LOOPING = `id: looping
in: { pages: { type: array, items: { type: number } }, lang: { type: string } }
nodes:
  each-page:
    each: $in.pages
    nodes: { scan: { step: scan, in: { page: $item, lang: $in.lang } } }
    out: { text: scan.text }
  refine:
    loop: { state: { n: { type: number } }, until: { expr: n > 3 }, max: 5 }
    in: { n: { value: 0 } }
    nodes: { more: { step: more, in: { n: $state.n } } }
    next: { n: more.n }
steps:
  scan: { in: { page: { type: number }, lang: { type: string } }, out: { text: { type: string } } }
  more: { in: { n: { type: number } }, out: { n: { type: number } } }
out: { texts: each-page.text, n: refine.n }
`;

describe('graph', () => {
  test('show gives inputs, nodes and outputs', async () => {
    const { code, stdout } = await espalier(['graph', 'show', 'examples/lockfile']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^lockfile: What is in a lock file\n/);
    expect(stdout).toMatch(/^ {2}lock {2}string {2}default "package-lock.json"; the lock file to read$/m);
    expect(stdout).toMatch(/^ {2}licences {6}step licences {6}packages ← read.packages$/m);
    expect(stdout).toMatch(/^ {2}markdown {2}string {2}from report.markdown$/m);
  });

  test('show gives the nodes of eachs and loops by their address', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'looping.yaml'), LOOPING);
    const { code, stdout } = await espalier(['graph', 'show', 'looping.yaml'], { cwd: folder });
    expect(code).toBe(0);
    const nodes = /^nodes\n((?: .*\n)*)/m.exec(stdout)?.[1];
    expect(nodes?.split('\n')).toEqual([
      '  each-page       each                     items ← $in.pages, lists text ← scan.text',
      '  each-page/scan  step scan                page ← $item, lang ← $in.lang',
      '  refine          loop until n > 3, max 5  n ← 0, next n ← more.n',
      '  refine/more     step more                n ← $state.n',
      '',
    ]);
  });

  test('show --mermaid gives a flowchart', async () => {
    const { stdout } = await espalier(['graph', 'show', 'examples/coffee', '--mermaid']);
    expect(stdout).toMatch(/^flowchart TD\n/);
    expect(stdout).toContain('n_grind -->|powder| n_brew'.replace('|powder|', ''));
  });

  test.each(['yaml', 'json'])('export gives a document as %s that means the same graph', async format => {
    const folder = await temporaryFolder();
    const file = join(folder, `coffee.${format}`);
    const { code, stdout } = await espalier([...COFFEE, '-o', format]);
    expect(code).toBe(0);
    expect(parseDocument(stdout).ok).toBe(true);
    await writeFile(file, stdout);
    const [original, exported] = await Promise.all(
      ['examples/coffee', file].map(graph => espalier(['graph', 'check', graph])),
    );
    expect(exported?.stdout).toMatch(/^coffee: ok, 2 nodes, plan [0-9a-f]{12}\n$/);
    expect(exported?.stdout).toBe(original?.stdout);
  });

  test('of several in a folder is chosen by its id', async () => {
    const [none, wrong, right] = await Promise.all(
      [SHOP, `${SHOP}#gatd`, `${SHOP}#gated`].map(graph => espalier(['graph', 'check', graph])),
    );
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none?.stderr).toContain(`has 2 graphs, choose one:\n  ${SHOP}#gated\n  ${SHOP}#order\n`);
    expect(wrong?.code).toBe(3);
    expect(wrong?.stderr).toContain(`did you mean ${SHOP}#gated?`);
    expect(right?.stdout).toMatch(/^gated: ok, 3 nodes/);
  });
});

describe('a bad graph ends with 2, with every issue and its place, and nothing is started', () => {
  test.each([['graph', 'check'], ['run']])('%s %s', async (...command) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'wrong.yaml'), WRONG);
    const { code, stdout, stderr } = await espalier([...command, 'wrong.yaml'], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const places = stderr.split('\n').flatMap(line => /^ {2}(\S+) {2}(\S+) /.exec(line)?.slice(1).join(' ') ?? []);
    expect(places).toEqual([
      'wrong.yaml:4:18 unknown_step',
      'wrong.yaml:4:39 unknown_port',
      'wrong.yaml:7:40 unknown_node',
      'wrong.yaml:10:16 unknown_port',
    ]);
    await expect(readFile(join(folder, '.espalier'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('as JSON for machines', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'wrong.yaml'), WRONG);
    const { code, stdout } = await espalier(['graph', 'check', 'wrong.yaml', '-o', 'json'], { cwd: folder });
    expect(code).toBe(2);
    const { ok, issues } = JSON.parse(stdout) as { readonly ok: boolean; readonly issues: readonly object[] };
    expect(ok).toBe(false);
    expect(issues[0]).toMatchObject({ code: 'unknown_step', path: '/nodes/grind/step', line: 4, column: 18 });
  });

  const deep = '['.repeat(50_000) + ']'.repeat(50_000);
  const huge = `{"id":"x","title":"${'x'.repeat(17 * 1_048_576)}"}`;
  test.each([
    ['cut off', 'a.json', '{"id": "x", "nodes": {', /a.json:1:23 {2}syntax/],
    ['not JSON', 'a.json', '\u0000\u0001{]', /a.json:/],
    ['a key `__proto__`', 'a.json', '{"id":"x","nodes":{"__proto__":{"step":"a"}}}', /a.json:1:20 {2}reserved_name/],
    ['50,000 levels deep, JSON', 'a.json', deep, /too_deep/],
    ['50,000 levels deep, YAML', 'a.yaml', deep, /too_deep/],
    ['huge', 'a.json', huge, /too_large/],
    ['empty', 'a.yaml', '', /expected a graph document, got an empty text/],
    ['an alias bomb', 'a.yaml', 'id: &a x\nnodes: { b: *a }\n', /a.yaml:2:/],
  ])('%s', async (_, name, text, message) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, name), text);
    const { code, stdout, stderr } = await espalier(['run', name], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('written in TypeScript: at the line that defines it', async () => {
    const folder = await temporaryFolder();
    const text = `import { graph, step } from 'espalier';
import { z } from 'zod';

const a = step({ id: 'a', in: { n: z.number() }, out: { n: z.number() } });
export const bad = graph({ id: 'bad', in: { n: z.number() }, out: { n: z.number() } }, (g, i) => {
  g.run(a, { n: i.n });
  return { out: { n: g.run(a, { n: i.n }).n } };
});
`;
    await writeFile(join(folder, 'index.ts'), text);
    const { code, stderr } = await espalier(['graph', 'check', '.'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: index\.ts:7:24 {2}.*two nodes are called "a"/);
  });
});

describe('graph put and list, where no service runs', () => {
  test('use the database of the data folder itself, and run finds there what was put', async () => {
    const folder = await temporaryFolder();
    const here = (...args: readonly string[]) => espalier([...args, '--data', folder]);
    expect(await here('graph', 'list')).toEqual({
      code: 0,
      stdout: '',
      stderr: `no graphs are registered at the database ${join(folder, 'espalier.db')}\n`,
    });
    expect(await readdir(folder)).toEqual([]);
    const put = await here('graph', 'put', `${SHOP}#order`, '-o', 'json');
    expect(JSON.parse(put.stdout)).toMatchObject({ id: 'order', version: 1, change: 'created' });
    expect((await here('graph', 'list', '-o', 'jsonl')).stdout).toMatch(/^\{"id":"order",.*\}\n$/);
    const run = await here('run', 'order', '--steps', SHOP, '--set', 'article=pear', '--local', '-o', 'json');
    expect(JSON.parse(run.stdout)).toMatchObject({ graph: 'order', outputs: { total: 2.5 } });
    expect(await here('run', 'order', '--set', 'article=pear')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nobody would execute price, parcel: order brings no implementation'),
    });
  });

  test('put nothing for a graph that is wrong', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'wrong.yaml'), WRONG);
    const { code, stderr } = await espalier(['graph', 'put', 'wrong.yaml'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('wrong.yaml:10:16  unknown_port');
    expect(await readdir(folder)).toEqual(['wrong.yaml']);
  });
});

describe('what is not there ends with 3', () => {
  test.each([['nowhere'], ['nowhere/graph.yaml'], ['coffee#x']])('%s', async graph => {
    const cwd = await temporaryFolder();
    const { code, stderr } = await espalier(['run', graph], { cwd });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: `error: there is no file, folder or registered graph ${JSON.stringify(graph)}\n`,
    });
    // To look for it leaves nothing behind.
    expect(await readdir(cwd)).toEqual([]);
  });
});

test('a folder without an index ends with 2', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'empty'));
  const { code, stderr } = await espalier(['run', 'empty'], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: the folder empty has no index.js and no index.ts\n' });
});

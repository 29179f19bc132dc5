/** Interventions, breakpoints and settings of runs in this process, and what `graph explain` says of them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coffee, operates, resolvers, steps } from '../../examples/coffee/index.js';
import type { RunCommandOptions } from '../../src/cli/commands/run.js';
import { readInterventions } from '../../src/cli/given-interventions.js';
import type { LoadedGraph } from '../../src/cli/load/load-graph.js';
import { requireFunctions } from '../../src/cli/require-here.js';
import { settingsOf } from '../../src/cli/run-options.js';
import { compile } from '../../src/graph/compile.js';
import { espalier, SHOP, temporaryFolder } from './espalier.js';
import { useOneProcess } from './one-process.js';

const command = useOneProcess();
const COFFEE = ['run', 'examples/coffee', '--local', '-o', 'json'];
const outputsOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as object;

describe('run --local', () => {
  test('of a graph that waits for somebody is refused, unless that is given at the start', async () => {
    const review = ['run', 'examples/review', '--local', '--set', 'topic=tea'];
    const refused = await command(review);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--pin '$in.approval=…'")]);
    expect((await command([...review, '--pin', '$in.approval=true'])).code).toBe(0);
  });

  test('IV-03 I3: --pin overrides a port, and a step whose outputs are all overridden is not executed', async () => {
    const run = await command([...COFFEE, '--set', 'water=200', '--pin', 'grind.powder=25']);
    expect(run.code).toBe(0);
    expect(outputsOf(run)).toMatchObject({
      status: 'completed_with_overrides',
      outputs: { coffee: 'Cup of latte with 200ml' },
    });
    expect(run.stderr).toMatch(/^grind\.powder {2}intervention applied$/m);
    expect(run.stderr).toMatch(/^grind {2}short-circuited$/m);
    expect(run.stderr).toMatch(/brewing latte with 25 g/);
    expect(run.stderr).not.toContain('grinding');
  });

  test('IV-01 I1: --pin supplies inputs of the run, and an explicit input beats it', async () => {
    const pins = ['--pin', '$in.beans=20', '--pin', '$in.water=300'];
    expect(outputsOf(await command([...COFFEE, ...pins]))).toMatchObject({
      status: 'completed',
      outputs: { coffee: 'Cup of latte with 300ml' },
    });
    const both = await command([...COFFEE, ...pins, '--set', 'water=100']);
    expect(outputsOf(both)).toMatchObject({ outputs: { coffee: 'Cup of latte with 100ml' } });
    expect(both.stderr).toContain('not used: $in.water (the input was given explicitly)');
  });

  test('IV-06 IV-08 I4 I5: a file may ask for operates and resolvers that the folder exports', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'changes.yaml');
    await writeFile(
      file,
      `- { at: grind.powder, kind: stronger, value: 5 }
- at: $in.water
  kind: input
  resolve: { name: cupSize, args: { cup: large } }
`,
    );
    const run = await command([...COFFEE, '--set', 'beans=20', '--interventions', `@${file}`]);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/brewing latte with 25 g and 300 ml/);
    expect(outputsOf(run)).toMatchObject({ outputs: { coffee: 'Cup of latte with 300ml' } });
  });

  test('a pin takes its value from a file', async () => {
    const file = join(await temporaryFolder(), 'label.json');
    await writeFile(file, '"from a file"');
    const args = ['run', `${SHOP}#order`, '--local', '--set', 'article=pear', '--pin', `parcel.label=@${file}`];
    expect(await command(args)).toMatchObject({ code: 0, stdout: 'label: from a file\ntotal: 2.5\n' });
  });

  test('holds at breakpoints, until someone presses Enter or nobody can', async () => {
    const order = ['run', `${SHOP}#order`, '--local', '--set', 'article=pear'];
    const breaks = ['--break-before', 'parcel', '--break', 'price.total: value > 2'];
    for (const input of ['\n\n', '']) {
      const { code, stderr } = await espalier([...order, ...breaks], { input });
      expect(code).toBe(0);
      expect(stderr).toMatch(/^held at price\.total \(value > 2\): Enter goes on$/m);
      expect(stderr).toMatch(/^held before parcel: Enter goes on$/m);
      expect(stderr.includes('nobody can press Enter')).toBe(input === '');
    }
    const none = await command([...order, '--break', 'price.total: value > 3']);
    expect(none.stderr).not.toContain('held');
  });

  test('OI-15 OI-13: baggage reaches the steps, and stages are one way to go', async () => {
    const baggage = ['--baggage', 'shop=north', '--baggage', 'shelf=3', '--schedule', 'stages'];
    const { code, stderr } = await command([
      ...['run', `${SHOP}#order`, '--local', '--set', 'article=pear', ...baggage],
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^looking for the price article="pear" shop="north" shelf=3$/m);
  });
});

describe('what is wrong is said at once, with its place, and nothing is started', () => {
  const WRONG = `# what to change
- at: grind.powdr
  kind: override
  value: 3
- { at: brew.coffee, kind: override, value: 5 }
- at: $in.water
  kind: override
  value: 1
`;

  test('I10 I7: in a file and on the command line', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'changes.yaml');
    await writeFile(file, WRONG);
    const args = ['run', 'examples/coffee', '--interventions', `@${file}`, '--pin', 'grnd.powder=1', '--data', folder];
    const { code, stdout, stderr } = await command(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replaceAll(file, 'changes.yaml').split('\n')).toEqual([
      'error: interventions:',
      expect.stringMatching(/^ {2}changes\.yaml:2:7 {2}unknown_port {2}\/0\/at .*did you mean "powder"\?/),
      '  changes.yaml:5:45  invalid_value  /1/value  expected string, got 5',
      expect.stringMatching(/^ {2}changes\.yaml:7:9 {2}not_allowed {2}\/2\/kind {2}only kind "input" works/),
      expect.stringMatching(/^ {2}--pin grnd\.powder=1 {2}unknown_node .*did you mean "grind"\?/),
      '',
    ]);
  });

  const graph = {
    plan: compile(coffee),
    path: 'here',
    registered: { steps, operates, resolvers, hooks: {}, graphs: [coffee] },
  };
  const loaded: LoadedGraph = { ...graph, document: coffee.document, folders: [] };

  test.each([
    ['a key twice', '[{"at": "a", "at": "b"}]', /--interventions:1:14 {2}duplicate_key/],
    ['no list', '{"at": "a"}', /--interventions: expected a list of interventions, got .*\(a file is given as @file\)/],
    ['no intervention', '[1]', /--interventions:1:2 {2}bad_intervention {2}\/0 {2}expected an intervention, got 1/],
    [
      'no address',
      '[{kind: override, value: 1}]',
      /--interventions:1:2 {2}bad_intervention {2}\/0 {2}expected an address/,
    ],
    [
      'a port twice',
      '[{at: brew.coffee, kind: override, value: a}, {at: brew.coffee, kind: override, value: b}]',
      /--interventions:1:52 {2}duplicate_address/,
    ],
    [
      'an operate that is not here',
      '[{at: brew.coffee, kind: sweeter, value: 1}]',
      /nobody would execute operate sweeter: here brings no such export/,
    ],
    [
      'a resolver that is not here',
      '[{at: brew.coffee, kind: override, resolve: {name: x}}]',
      /nobody would execute resolver x:/,
    ],
  ])('%s', async (_, interventions, message) => {
    const read = async () => requireFunctions((await readInterventions(loaded, { interventions })).sent, loaded);
    await expect(read()).rejects.toThrow(message);
  });

  test('a pin without a value', async () => {
    const reading = readInterventions(loaded, { pin: ['grind.powder'] });
    await expect(reading).rejects.toThrow('--pin "grind.powder": expected address=value');
  });

  test.each<[Partial<RunCommandOptions>, RegExp]>([
    [
      { breakBefore: ['brw'], breakAfter: ['grnd'] },
      /breakpoints: \/0: there is no node "brw" .*; \/1: there is no node "grnd" \(did you mean "grind"\?\)/,
    ],
    [{ break: ['brew.coffee'] }, /--break "brew\.coffee": expected an address and a condition over `value`/],
    [{ break: ['brew.coffee: value >'] }, /the expression ends here/],
    [{ baggage: ['x'] }, /--baggage "x": expected name=value/],
  ])('%j', (options, message) => {
    const all: RunCommandOptions = { wait: true, worker: true, output: 'text', ...options };
    expect(() => settingsOf(all, graph.plan)).toThrow(message);
  });
});

describe('graph explain', () => {
  const explain = (...args: readonly string[]) => command(['graph', 'explain', 'examples/coffee', ...args]);

  test('IV-03 I8: says what would happen to each node, why, and by which intervention', async () => {
    const { code, stdout } = await explain('--set', 'water=200', '--pin', 'grind.powder=25');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^NODE +STEP +VERDICT +WHY +BY\n/);
    expect(stdout).toMatch(
      /^grind +grind +short-circuited +every output is supplied by interventions +grind\.powder$/m,
    );
    expect(stdout).toMatch(/^brew +brew +run +/m);
    expect(stdout).not.toContain('missing');
  });

  test('OI-20: inputs that are missing block what needs them, and all are named', async () => {
    const { code, stdout } = await explain();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^grind +grind +blocked +.*\$in\.beans/m);
    expect(stdout).toMatch(/^missing {2}\$in\.beans .*\nmissing {2}\$in\.water/m);
  });

  test('IV-16: lists what has no effect, as JSON too', async () => {
    const args = ['--set', 'beans=20', '--set', 'water=2', '--pin', '$in.beans=3'];
    expect((await explain(...args)).stdout).toMatch(/^unused {2}\$in\.beans {2}the input was given explicitly$/m);
    const json = JSON.parse((await explain(...args, '-o', 'json')).stdout) as object;
    expect(json).toMatchObject({
      nodes: [
        { at: 'grind', step: 'grind', verdict: 'run', by: [] },
        { at: 'brew', verdict: 'run' },
      ],
      unused: [{ at: '$in.beans' }],
    });
  });

  test('is what run --explain says, and that starts nothing', async () => {
    const args = ['examples/coffee', '--set', 'beans=20', '--set', 'water=2', '--pin', 'brew.coffee=none'];
    const [explained, run] = await Promise.all([
      command(['graph', 'explain', ...args]),
      command(['run', ...args, '--explain']),
    ]);
    expect(run).toEqual(explained);
    expect(explained.stdout).toMatch(/^grind +grind +pruned/m);
  });

  test('refuses an input that is wrong', async () => {
    const { code, stderr } = await explain('--set', 'beans=many');
    expect(code).toBe(2);
    expect(stderr).toContain('$in.beans: expected number, got "many"');
  });
});

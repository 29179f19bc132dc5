import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { espalier, temporaryFolder } from './espalier.js';

const INDEX = `import { graph, impl, step, StepError } from 'espalier';
import { z } from 'zod';

const greet = step({ id: 'greet', in: { name: z.string() }, out: { text: z.string() } });
export const hello = graph({ id: 'hello', in: { name: z.string() }, out: { text: z.string() } }, (g, i) => {
  return { out: { text: g.run(greet, { name: i.name }).text } };
});
export const steps = [
  impl(greet, ({ name }) => {
    if (name === 'nobody') throw new StepError('nobody_there', 'nobody to greet');
    return { text: \`Hello \${name}\` };
  }),
];
`;

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const hello = (cwd: string, name = 'World', graph = '.') =>
  espalier(['run', graph, '--local', '--set', `name=${name}`], { cwd });

describe('a folder anywhere, with nothing but its index', () => {
  test.each([
    ['index.ts', { 'index.ts': INDEX }],
    ['index.js', { 'index.js': INDEX }],
    ['index.ts in a package of CommonJS', { 'index.ts': INDEX, 'package.json': '{"type":"commonjs"}' }],
    ['index.ts that imports another file', { 'index.ts': "export * from './hello.js';\n", 'hello.ts': INDEX }],
  ])('%s', async (_, files) => {
    const { code, stdout, stderr } = await hello(await folderWith(files));
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: 'text: Hello World\n' });
    expect(stderr).not.toContain('Warning');
  });

  test('shares our espalier: its errors are known, whatever copy lies beside it', async () => {
    const folder = await folderWith({
      'index.ts': INDEX,
      'node_modules/espalier/package.json': '{"type":"module","exports":"./index.js"}',
      'node_modules/espalier/index.js': "throw new Error('a second copy');",
    });
    const { code, stderr } = await hello(folder, 'nobody');
    expect(code).toBe(1);
    // One attempt only: a step error of another copy would have been tried again.
    expect(stderr).toMatch(/^greet {2}failed in \d+ ms {2}nobody_there: nobody to greet$/m);
    expect(stderr).toMatch(/^ {2}at index\.ts:10:34$/m);
  });

  test('has its own zod if there is one', async () => {
    const folder = await folderWith({
      'index.ts': "import { own } from 'zod';\nthrow new Error(own);\n",
      'node_modules/zod/package.json': '{"type":"module","exports":"./index.js"}',
      'node_modules/zod/index.js': "export const own = 'zod of the folder';",
    });
    const { code, stderr } = await hello(folder);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: index.ts:2:7  zod of the folder\n' });
  });

  test('may print: that goes to stderr, and stdout stays data', async () => {
    const folder = await folderWith({ 'index.ts': `console.log('loaded');\n${INDEX}` });
    const { stdout, stderr } = await espalier(['run', '.', '--local', '--set', 'name=x', '-o', 'json'], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toMatchObject({ outputs: { text: 'Hello x' } });
    expect(stderr).toMatch(/^loaded$/m);
  });

  test('may be named by its file', async () => {
    const folder = await folderWith({ 'deep/graph.ts': INDEX });
    expect(await hello(folder, 'file', 'deep/graph.ts')).toMatchObject({ code: 0, stdout: 'text: Hello file\n' });
  });
});

describe('a module that is wrong ends with 2, with file and line, and without our stack', () => {
  test.each([
    ['syntax', 'const x: number = ;\n', /^error: index\.ts:1:18 {2}Unexpected ";"$/m],
    ['throws', '\nfunction f() {\n  throw new Error("boom");\n}\nf();\n', /^error: index\.ts:3:9 {2}boom$/m],
    ['type error', 'export const a = (undefined as any).b;\n', /^error: index\.ts:1:\d+ {2}TypeError: Cannot read/m],
    [
      'no such export',
      "import { nope } from 'espalier';\nnope();\n",
      /^error: index\.ts:1 {2}SyntaxError: .* 'nope'$/m,
    ],
    ['no such package', "import pg from 'pg';\npg();\n", /^error: index\.ts {2}Cannot find package 'pg'/m],
    ['no such file', "import { a } from './gone.js';\na();\n", /^error: index\.ts {2}Cannot find module .*gone\.js/m],
    [
      'a bad contract',
      "import { step } from 'espalier';\nstep({ id: '1', in: {}, out: {} });\n",
      /^error: index\.ts:2:1 /m,
    ],
    ['steps that are none', 'export const steps = [1];\n', /`steps\[0\]` must be what impl\(\) returns, got 1$/m],
    [
      'operates that are none',
      'export const operates = [() => 1];\n',
      /`operates\[0\]` must be what defineOperate\(\) returns, got a function$/m,
    ],
    [
      'resolvers that are none',
      'export const resolvers = { a: 1 };\n',
      /`resolvers` must be a list of what defineResolver\(\) returns, got \{"a":1\}$/m,
    ],
    ['no graph', 'export const a = 1;\n', /^error: \. exports no graph$/m],
  ])('%s', async (_, text, message) => {
    const { code, stdout, stderr } = await hello(await folderWith({ 'index.ts': text }));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('--verbose tells the stack', async () => {
    const folder = await folderWith({ 'index.ts': 'throw new Error("boom");\n' });
    const { stderr } = await espalier(['run', '.', '--verbose'], { cwd: folder });
    expect(stderr).toMatch(/^\s+at .*index\.ts:1:7/m);
  });
});

test('a folder that exports only a resolver brings a worker for it', async () => {
  const folder = await folderWith({
    'functions/index.ts': `import { defineResolver } from 'espalier';
import { z } from 'zod';
export const resolvers = [defineResolver({ name: 'seven', args: {}, value: z.number(), resolve: () => 7 })];
`,
    'nap.yaml': `id: nap
in: { n: { type: number } }
nodes: { pause: { sleep: 10ms, in: { value: $in.n } } }
out: { n: pause.value }
`,
  });
  const seven = '[{ at: $in.n, kind: input, resolve: { name: seven } }]';
  const args = ['run', 'nap.yaml', '--steps', 'functions', '--interventions', seven];
  expect(await espalier(args, { cwd: folder })).toMatchObject({ code: 0, stdout: 'n: 7\n' });
});

import { expect, test } from 'vitest';
import { espalier, temporaryFolder } from './espalier.js';

test('doctor says how to go on where nothing runs, and that nothing has to be mended', async () => {
  const folder = await temporaryFolder();
  const { code, stdout, stderr } = await espalier(['doctor', '--data', folder]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^ok +node +\d+\.\d+\.\d+, \S+$/m);
  expect(stdout).toContain(`data folder ${folder}`);
  expect(stdout).toMatch(/^warn +server +none is named.*\n +→ nothing to do: `espalier run` starts one/m);
});

test('doctor says how the Temporal program is had where there is none', async () => {
  const env = { PATH: '/nowhere', ESPALIER_CACHE: await temporaryFolder(), ESPALIER_DATA: await temporaryFolder() };
  const { code, stdout } = await espalier(['doctor', '-o', 'json'], { env });
  expect(code).toBe(0);
  const findings = JSON.parse(stdout) as readonly { readonly check: string }[];
  expect(findings.find(({ check }) => check === 'temporal')).toMatchObject({
    status: 'warn',
    message: expect.stringContaining(`neither on PATH nor in ${env.ESPALIER_CACHE}`),
    mend: expect.stringContaining('fetches it with pip'),
  });
});

test('doctor ends with 5 if the server that is named does not answer', async () => {
  const { code, stdout } = await espalier(['doctor'], { env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
  expect(code).toBe(5);
  expect(stdout).toMatch(
    /^fail +server +no Temporal server answers at 127\.0\.0\.1:1 .*\n +→ start that server, or correct/m,
  );
});

test('doctor names every variable that can not be used, and ends with 2', async () => {
  const { code, stdout } = await espalier(['doctor'], { env: { LOG_LEVEL: 'loud', TASK_QUEUE: ' ' } });
  expect(code).toBe(2);
  expect(stdout).toMatch(/^fail +settings +TASK_QUEUE is " ".*; LOG_LEVEL is "loud".*\n +→ set these variables anew/m);
});

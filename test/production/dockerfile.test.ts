import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './compose-file.js';
import { DOCKERFILE_RULES, dockerfileProblems } from './dockerfile-rules.js';
import { readStages } from './stages.js';

const TEXT = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

describe('the Dockerfile', () => {
  test.each(Object.entries(DOCKERFILE_RULES))('%s', (_, rule) => {
    expect(rule(readStages(TEXT))).toEqual([]);
  });

  test('has stages to build, for the packages, and for the image', () => {
    expect(readStages(TEXT).map(({ name }) => name)).toEqual(['build', 'dependencies', undefined]);
  });

  test.each(['x86_64', 'aarch64'])('keeps the native core for %s by the name it has', machine => {
    expect(TEXT).toContain('"$(uname -m)-unknown-linux-gnu"');
    const releases = join(ROOT, 'node_modules/@temporalio/core-bridge/releases');
    expect(existsSync(join(releases, `${machine}-unknown-linux-gnu`))).toBe(true);
  });
});

/** What is said of a mistake, and the mistake. */
const MISTAKES: readonly (readonly [says: string, from: string | RegExp, to: string])[] = [
  ['node:20 is not exact', 'node:20.20.2-bookworm-slim', 'node:20'],
  ['node:20.20.2-alpine is not exact', 'node:20.20.2-bookworm-slim', 'node:20.20.2-alpine'],
  ['the images differ', 'node:20.20.2', 'node:20.20.1'],
  ['does not keep to the lock', 'npm ci --ignore', 'npm install --ignore'],
  ['does not keep to the lock', 'npm ci --ignore-scripts', 'npm ci'],
  ["sources can't be copied", 'COPY src src', 'COPY sources src'],
  ["test can't be copied", 'COPY src src', 'COPY test test'],
  ['src is no product', 'COPY package.json ./', 'COPY package.json src ./'],
  ['/app/node_modules has what only builds', '--from=dependencies', '--from=build'],
  ['/app/dist was not built', '--from=build', '--from=dependencies'],
  ['/app/src is no product', '/app/dist dist', '/app/src src'],
  ['installs', 'mkdir /data', 'npm ci --ignore-scripts && mkdir /data'],
  ['the user is root', 'USER node', ''],
  ['the user is root', 'VOLUME', 'USER root\nVOLUME'],
  ['the user is 0:0', 'USER node', 'USER 0:0'],
  [
    'ENTRYPOINT is not node',
    'ENTRYPOINT ["node", "/app/dist/src/cli/main.js"]',
    'ENTRYPOINT node /app/dist/src/cli/main.js',
  ],
  ['ENTRYPOINT is not node', 'ENTRYPOINT ["node", "/app/', 'ENTRYPOINT ["npx", "/app/'],
  ['ENTRYPOINT is not node', 'src/cli/main.js"]', 'src/main.js"]'],
  ['CMD is not serve', 'CMD ["serve"]', 'CMD serve'],
  ['HEALTHCHECK does not start node', 'CMD ["node", "-e"', 'CMD ["curl", "-e"'],
  ['STOPSIGNAL is not SIGTERM', 'SIGTERM', 'SIGQUIT'],
  ["/data is not node's", ' && chown node:node /data', ''],
  ['/data is no volume', 'VOLUME /data', ''],
  ['HEALTHCHECK asks elsewhere', 'process.env.ESPALIER_PORT', 'process.env.PORT'],
  ['EXPOSE 8080 is not ESPALIER_PORT', 'ESPALIER_PORT=8080', 'ESPALIER_PORT=80'],
  ['DB_PASSWORD is a secret', 'NODE_ENV=production', 'DB_PASSWORD=espalier'],
];

describe('a mistake in the Dockerfile is found', () => {
  test.each(MISTAKES)('%s: %s → %s', (says, from, to) => {
    const text = TEXT.replace(from, to);
    expect(text).not.toBe(TEXT);
    expect(dockerfileProblems(text).join('\n')).toContain(says);
  });
});

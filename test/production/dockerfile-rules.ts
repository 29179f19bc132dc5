/** What must hold in the Dockerfile. A rule gives one line for each place where it does not. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ROOT } from './compose-file.js';
import { linesOf, readStages, type Line, type Stage } from './stages.js';

type Rule = (stages: readonly Stage[]) => readonly string[];

const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly bin: { readonly espalier: string };
};
const shipped = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
  .split('\n')
  .flatMap(line => (line.startsWith('!') ? [line.slice(1)] : []));

export const DOCKERFILE_RULES: Readonly<Record<string, Rule>> = {
  'images have exact versions, glibc, and are the same': stages => [
    ...stages.flatMap(({ image }) => (/^node:20\.\d+\.\d+-\w+-slim$/.test(image) ? [] : [`${image} is not exact`])),
    ...(new Set(stages.map(({ image }) => image)).size === 1 ? [] : ['the images differ']),
  ],

  'packages are those of the lock, and none runs a script': stages =>
    stages
      .flatMap(stage => linesOf(stage, 'RUN'))
      .map(textOf)
      .filter(text => /npm (ci|i|install|add)\b/.test(text) && !/npm ci\b.*--ignore-scripts/.test(text))
      .map(text => `${text} does not keep to the lock`),

  'what is copied is there and in the build context': stages =>
    stages
      .flatMap(stage => linesOf(stage, 'COPY'))
      .filter(copy => copy.flags['from'] === undefined)
      .flatMap(sourcesOf)
      .filter(source => !existsSync(join(ROOT, source)) || !shipped.includes(source))
      .map(source => `${source} can't be copied`),

  'the image has what was built, what it needs to run, and no sources': stages =>
    linesOf(stages.at(-1), 'COPY').flatMap(copy => {
      const from = stages.slice(0, -1).find(stage => stage.name === copy.flags['from']);
      const sources = sourcesOf(copy);
      if (!from) return sources.filter(source => source !== 'package.json').map(source => `${source} is no product`);
      const ran = linesOf(from, 'RUN').map(textOf).join('\n');
      return sources.flatMap(source => productProblem(source, ran));
    }),

  'nothing is installed in the image': stages =>
    linesOf(stages.at(-1), 'RUN')
      .map(textOf)
      .filter(text => /\b(npm|apt-get|curl|wget)\b/.test(text))
      .map(text => `${text} installs`),

  'it does not run as root': stages => {
    const user = linesOf(stages.at(-1), 'USER').at(-1)?.words[0] ?? 'root';
    return /^(root|0)\b/.test(user) ? [`the user is ${user}`] : [];
  },

  'signals reach node: nothing is in between': stages => {
    const last = stages.at(-1);
    const [entry, command, health] = ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'].map(key => linesOf(last, key).at(-1)?.exec);
    const [workdir] = linesOf(last, 'WORKDIR').at(-1)?.words ?? [];
    const program = posix.join(workdir ?? '', bin.espalier);
    return [
      ...(entry?.join(' ') === `node ${program}` ? [] : [`ENTRYPOINT is not node ${program}`]),
      ...(command?.join(' ') === 'serve' ? [] : ['CMD is not serve']),
      ...(health?.[0] === 'node' ? [] : ['HEALTHCHECK does not start node']),
      ...(linesOf(last, 'STOPSIGNAL').at(-1)?.words[0] === 'SIGTERM' ? [] : ['STOPSIGNAL is not SIGTERM']),
    ];
  },

  'the data folder is a volume of the user': stages => {
    const last = stages.at(-1);
    const data = variable(last, 'ESPALIER_DATA');
    const user = linesOf(last, 'USER').at(-1)?.words[0];
    const owned = linesOf(last, 'RUN').some(line =>
      textOf(line).endsWith(`mkdir ${data} && chown ${user}:${user} ${data}`),
    );
    const isVolume = linesOf(last, 'VOLUME').some(({ words }) => words.includes(data));
    return [...(owned ? [] : [`${data} is not ${user}'s`]), ...(isVolume ? [] : [`${data} is no volume`])];
  },

  'the health check asks where the service listens': stages => {
    const last = stages.at(-1);
    const asks = linesOf(last, 'HEALTHCHECK').at(-1)?.exec?.join(' ') ?? '';
    const [exposed] = linesOf(last, 'EXPOSE').at(-1)?.words ?? [];
    return [
      ...(asks.includes('http://127.0.0.1:${process.env.ESPALIER_PORT}/healthz') ? [] : ['HEALTHCHECK asks elsewhere']),
      ...(exposed === variable(last, 'ESPALIER_PORT') ? [] : [`EXPOSE ${exposed} is not ESPALIER_PORT`]),
    ];
  },

  'no secret is in it': stages =>
    stages
      .flatMap(stage => ['ENV', 'ARG'].flatMap(keyword => linesOf(stage, keyword)))
      .flatMap(({ words }) => words)
      .filter(word => /PASSWORD|PWD|SECRET|TOKEN|API_KEY|:\/\/[^/]*@/.test(word))
      .map(word => `${word.split('=')[0]} is a secret`),
};

/** All that is wrong, each with its rule. */
export const dockerfileProblems = (text: string): readonly string[] =>
  Object.entries(DOCKERFILE_RULES).flatMap(([rule, check]) =>
    check(readStages(text)).map(problem => `${rule}: ${problem}`),
  );

const textOf = ({ words }: Line): string => words.join(' ');
const sourcesOf = ({ words }: Line): readonly string[] => words.slice(0, -1);

function productProblem(source: string, ran: string): readonly string[] {
  if (source.endsWith('/dist')) return ran.includes('npm run build') ? [] : [`${source} was not built`];
  if (source.endsWith('/node_modules')) return ran.includes('--omit=dev') ? [] : [`${source} has what only builds`];
  return [`${source} is no product`];
}

function variable(stage: Stage | undefined, name: string): string {
  const words = linesOf(stage, 'ENV').flatMap(line => line.words);
  return words.find(word => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

/**
 * Runs commands one after the other in one process: each is the built `main.js`, evaluated anew with arguments, streams and an
 * exit of its own; what it imports is loaded once. Takes `{ args, cwd }` as a message, answers with how the command ended.
 */
import { pathToFileURL } from 'node:url';

const main = pathToFileURL(process.argv[2]).href;
const { send } = process;
// Every command listens for itself, and none of them ends the process.
process.setMaxListeners(0);
process.stdout.setMaxListeners(0);

let count = 0;
let last = Promise.resolve();
process.on('message', message => {
  last = last.then(() => run(message)).then(ended => send.call(process, ended));
});

async function run({ args, cwd }) {
  const ended = { code: null, stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    process[name].write = (chunk, ...more) => {
      ended[name] += chunk;
      more.at(-1)?.();
      return true;
    };
  }
  process.chdir(cwd);
  process.argv = [process.execPath, main, ...args];
  process.exit = code => void (ended.code = code);
  count += 1;
  await import(`${main}?${count}`);
  return ended;
}

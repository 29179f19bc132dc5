/** Serves the site until Ctrl-C, on the port that is given or a free one, and says what it is asked for. */
import { serveSite, slowly } from './site.js';

const { url } = await serveSite(Number(process.argv[2] ?? 0), async (path, open) => {
  console.log(`${open} open  ${path}`);
  await slowly(path);
});
console.log(`the tea house at ${url}`);

import { graph, impl, step, StepError, stream } from 'espalier';
import { z } from 'zod';

const path = z.string().describe('where on the site: /green/sencha');
const paths = z.array(path);
const Page = z.object({ path, title: z.string(), links: paths });
type Page = z.output<typeof Page>;
/** A part of the sitemap, and where the next one is. */
const Part = z.object({ paths, next: path.optional() });

const frontier = stream({
  id: 'frontier',
  title: 'Read the sitemap',
  in: { site: z.url() },
  yields: { path },
  out: { parts: z.int() },
});
const fetchPage = step({ id: 'fetch', in: { site: z.url(), path }, out: { html: z.string() } });
const extract = step({
  id: 'extract',
  title: 'Find title and links',
  in: { site: z.url(), path, html: z.string() },
  out: { page: Page },
  pure: true,
});
const index = step({
  id: 'index',
  in: { paths, pages: z.array(Page) },
  out: { words: z.record(z.string(), paths), linkedFrom: z.record(path, paths), missing: paths },
  pure: true,
});

/** Pages are fetched while the sitemap is still being read, four at a time. One that is gone is missing in the index. */
export const crawl = graph(
  {
    id: 'crawl',
    title: 'Index of a site',
    in: { site: z.url().describe('where it is served: http://127.0.0.1:4080') },
    out: index.out,
  },
  (g, { site }) => {
    const found = g.run(frontier, { site });
    const pages = g.each(found.items, { as: 'pages', concurrency: 4 }, (body, item) => {
      const fetched = body.run(fetchPage, { site, path: item.path });
      const extracted = body.run(extract, { site, path: item.path, html: fetched.html });
      return { out: { page: extracted.page }, nodes: [fetched, extracted] };
    });
    const indexed = g.run(index, { paths: g.collect(found.items).path, pages: pages.page });
    const { words, linkedFrom, missing } = indexed;
    return { out: { words, linkedFrom, missing }, nodes: [found, pages, indexed] };
  },
);

export const steps = [
  impl(frontier, async function* ({ site }, { signal }) {
    let parts = 0;
    for (let next: string | undefined = '/sitemap/0'; next !== undefined; parts += 1) {
      const part: z.output<typeof Part> = Part.parse(await (await get(site, next, signal)).json());
      for (const named of part.paths) yield { path: named };
      next = part.next;
    }
    return { parts };
  }),
  impl(fetchPage, async (page, { signal }) => ({ html: await (await get(page.site, page.path, signal)).text() })),
  impl(extract, ({ site, path: at, html }) => {
    const [, title = at] = /<title>(.*?)<\/title>/.exec(html) ?? [];
    const targets = [...html.matchAll(/<a href="(.*?)">/g)].map(([, href = '']) => new URL(href, site + at));
    const own = targets.filter(({ origin }) => origin === new URL(site).origin);
    return { page: { path: at, title, links: own.map(({ pathname }) => pathname) } };
  }),
  impl(index, ({ paths: named, pages }) => {
    const fetched = new Set(pages.map(page => page.path));
    return {
      words: pagesBy(pages, ({ title }) => title.toLowerCase().match(/\w+/g) ?? []),
      linkedFrom: pagesBy(pages, ({ links }) => links),
      missing: named.filter(one => !fetched.has(one)),
    };
  }),
];

/** Throws a `StepError` for a page that is not there, which is final; after any other error it is tried again. */
async function get(site: string, at: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(new URL(at, site), { signal });
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 404) throw new StepError('not_found', `there is no page ${at}`);
  throw new Error(`${at} was answered with ${response.status}`);
}

/** By key, in alphabetical order: the paths of the pages that have it. */
function pagesBy(pages: readonly Page[], keysOf: (page: Page) => readonly string[]): Record<string, string[]> {
  const found = new Map<string, string[]>();
  for (const page of pages) {
    for (const key of new Set(keysOf(page))) found.set(key, [...(found.get(key) ?? []), page.path]);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

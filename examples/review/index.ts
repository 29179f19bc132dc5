import { awaited, graph, impl, step, StepError } from 'espalier';
import { z } from 'zod';

const draft = step({ id: 'draft', in: { topic: z.string() }, out: { text: z.string() } });
const review = step({
  id: 'review',
  in: { text: z.string(), approval: z.boolean() },
  out: { text: z.string() },
});
const publish = step({ id: 'publish', in: { text: z.string() }, out: { post: z.string() } });

const approval = awaited(z.boolean(), { deadline: '7d', default: false });

export const reviewed = graph(
  {
    id: 'review',
    title: 'Nothing is published unseen',
    in: { topic: z.string(), approval },
    out: { post: z.string() },
  },
  (g, i) => {
    const drafted = g.run(draft, { topic: i.topic });
    const approved = g.run(review, { text: drafted.text, approval: i.approval });
    const published = g.run(publish, { text: approved.text });
    // Who changes what is published, or what came of it, says why.
    g.protect(approved.text, 'with-reason');
    g.protect(published.post, 'with-reason');
    return { out: { post: published.post }, nodes: [drafted, approved, published] };
  },
);

export const steps = [
  impl(draft, ({ topic }) => ({ text: `Of ${topic}, at length` })),
  impl(review, ({ text, approval }) => {
    if (!approval) throw new StepError('not_approved', 'nobody has approved it');
    return { text };
  }),
  impl(publish, ({ text }, ctx) => {
    ctx.log.info(`publishing ${JSON.stringify(text)}`);
    return { post: `posted: ${text}` };
  }),
];

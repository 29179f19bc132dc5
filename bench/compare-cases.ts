import { figuresOf, sampleCases, type Bench, type Case } from './bench.js';
import { mediansOf, ratioOf } from './figures.js';
import { spread } from './measure.js';

/** Measures the cases of a part and reports them, each beside the first one of its name. */
export async function compareCases(bench: Bench, part: string, cases: readonly Case[]): Promise<void> {
  const samples = await sampleCases(bench, part, cases);
  cases.forEach(({ name, side }, k) => {
    const own = samples[k] ?? [];
    const beside = cases.findIndex(each => each.name === name);
    const ratios = own.map((sample, round) => ratioOf(sample, samples[beside]?.[round] ?? {}));
    bench.report.add({
      part,
      bench: name,
      side,
      ms: spread(own.map(({ ms }) => ms)),
      figures: figuresOf(own),
      ...(beside !== k && { ratio: mediansOf(ratios) }),
    });
  });
}

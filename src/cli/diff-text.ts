import type { PortDiff, RunDiff, ValueDiff } from '../run/diff.js';
import type { Reason } from '../run/diff-reasons.js';
import { tableText } from './table.js';
import { shownValue } from './value-text.js';
import { countText } from './words.js';

/** What differs between two runs, for people: the earliest ports, and how much follows. */
export function diffText({ inputs, earliest, counts }: RunDiff): string {
  const { same, differing, notCompared, added, removed } = counts;
  const follow = differing - earliest.length;
  const nodes = [
    [notCompared, 'not compared: one run has not executed them to the end'],
    [added, 'only in the second'],
    [removed, 'only in the first'],
  ] as const;
  const lines = [
    ...(differing === 0 ? [`nothing differs in ${countText(same, 'output')}`] : []),
    ...(follow > 0
      ? [`${countText(follow, 'more output')} ${follow === 1 ? 'differs' : 'differ'}, which follows`]
      : []),
    ...nodes.flatMap(([count, what]) => (count > 0 ? [`${countText(count, 'node')} ${what}`] : [])),
  ];
  const rows = [...inputs.map(inputRow), ...earliest.map(portRow)];
  return [...(rows.length > 0 ? [tableText([HEAD, ...rows])] : []), ...lines].join('\n');
}

const HEAD = ['PORT', 'FIRST', 'SECOND', 'WHY'];

const inputRow = (diff: ValueDiff): readonly string[] => [...valuesOf(diff), 'given'];

const portRow = (diff: PortDiff): readonly string[] => [...valuesOf(diff), diff.why.map(reasonText).join('; ')];

const valuesOf = ({ at, a, b }: ValueDiff): readonly string[] => [at, a ? shownValue(a) : '-', b ? shownValue(b) : '-'];

function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'follows':
    case 'input':
    case 'intervention':
      return `${reason.kind} ${reason.ports.join(', ')}`;
    case 'code':
      return `code: ${reason.what.join(', ')}`;
    case 'failure': {
      const { a, b } = reason;
      return [a && `the first failed with ${a.code}`, b && `the second failed with ${b.code}`]
        .filter(Boolean)
        .join(', ');
    }
    case 'non-determinism':
    case 'code or non-determinism':
      return reason.kind;
  }
}

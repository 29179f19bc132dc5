/** Words longer than this are no typing mistakes, and comparing them would cost. */
const LONGEST = 64;

/**
 * The word of `among` that `word` was most likely meant to be, for "did you mean": the one at the least edit distance, if that
 * is at most two fifths of its length; the first of equals; without regard to case. `undefined` if none is near.
 */
export function nearest(word: string, among: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  const meant = word.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length * 0.4)) + 1;
  for (const candidate of among) {
    const most = Math.min(least, Math.max(candidate.length, word.length)) - 1;
    if (candidate === word || Math.abs(candidate.length - word.length) > most) continue;
    const distance = editDistance(meant, candidate.toLowerCase(), most);
    if (distance > most) continue;
    best = candidate;
    least = distance;
    if (distance === 0) break;
  }
  return best;
}

/** Whether one letter (or two neighbours swapped) makes the one of the other. */
export const isTypingMistake = (word: string, meant: string): boolean =>
  word !== meant && editDistance(word.toLowerCase(), meant, 1) <= 1;

/**
 * How many letters to insert, delete, replace or swap with the next one to make `b` of `a` (optimal string alignment);
 * some number above `most` as soon as it is known to be above. O(|a|·|b|).
 */
function editDistance(a: string, b: string, most: number): number {
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(above, j) + 1,
          at(row, j - 1) + 1,
          at(above, j - 1) + (same ? 0 : 1),
          swapped ? at(before, j - 2) + 1 : Infinity,
        ),
      );
    }
    if (Math.min(...row) > most) return most + 1;
    before = above;
    above = row;
  }
  return at(above, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;

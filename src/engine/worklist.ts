/** First in, first out, O(1) a call (`Array.shift` moves the rest). */
export class Worklist<T> {
  private items: T[] = [];
  private next = 0;

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    const item = this.items[this.next];
    this.next += 1;
    if (this.next >= this.items.length) this.clear();
    return item;
  }

  clear(): void {
    this.items = [];
    this.next = 0;
  }
}

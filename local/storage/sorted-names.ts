/** compareNames orders as Cloud Storage lists: by the bytes of UTF-8, which is by code points. */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** A set of names in the order of {@link compareNames}. */
export class SortedNames {
  readonly #names: string[] = [];

  add(name: string): void {
    const index = this.#indexOf(name);
    if (this.#names[index] !== name) this.#names.splice(index, 0, name);
  }

  delete(name: string): void {
    const index = this.#indexOf(name);
    if (this.#names[index] === name) this.#names.splice(index, 1);
  }

  /** All names from `start` (inclusive) on; the set must not change meanwhile. */
  *from(start: string): Generator<string> {
    for (let i = this.#indexOf(start); i < this.#names.length; i++) {
      const name = this.#names[i];
      if (name !== undefined) yield name;
    }
  }

  #indexOf(name: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareNames(this.#names[middle] ?? '', name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** UTF-16 puts surrogates (code points from U+10000) before U+E000 to U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Different numbers in their order. */
export class SortedValues {
  readonly #values: number[] = [];

  add(value: number): void {
    const place = this.#placeAfter(value);
    if (place === this.#values.length) this.#values.push(value);
    else this.#values.splice(place, 0, value);
  }

  remove(value: number): void {
    const place = this.#placeAfter(value) - 1;
    if (this.#values[place] === value) this.#values.splice(place, 1);
  }

  upTo(most: number): number[] {
    return this.#values.slice(0, this.#placeAfter(most));
  }

  firstAfter(value: number): number | null {
    return this.#values[this.#placeAfter(value)] ?? null;
  }

  /** How many are not greater. */
  #placeAfter(value: number): number {
    let [low, high] = [0, this.#values.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#values[middle] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

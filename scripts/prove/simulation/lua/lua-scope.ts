/** The names that are known at a place of the script, each with its own in JavaScript. */
export class LuaScope {
  readonly #names: Map<string, string>;
  readonly #count: { last: number };

  constructor(names: ReadonlyMap<string, string> = new Map(), count = { last: 0 }) {
    this.#names = new Map(names);
    this.#count = count;
  }

  inner(): LuaScope {
    return new LuaScope(this.#names, this.#count);
  }

  know(name: string): void {
    this.#names.set(name, name);
  }

  declare(name: string): string {
    const own = this.fresh(name);
    this.#names.set(name, own);
    return own;
  }

  /** A name that the script cannot have. */
  fresh(name: string): string {
    return `${name}$${++this.#count.last}`;
  }

  find(name: string): string {
    const found = this.#names.get(name);
    if (found === undefined) throw new Error(`The script uses the global ${name}`);
    return found;
  }
}

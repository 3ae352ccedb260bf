/** Ids that are remembered at least: what a replica may lack when it becomes the master. */
const MOST = 1000;

/** The ids of the last entries that were delivered, in two generations: between {@link MOST} and twice as many. */
export class RecentIds {
  #now = new Set<string>();
  #before: ReadonlySet<string> = new Set();

  has(id: string): boolean {
    return this.#now.has(id) || this.#before.has(id);
  }

  add(id: string): void {
    if (this.#now.size >= MOST) {
      this.#before = this.#now;
      this.#now = new Set();
    }
    this.#now.add(id);
  }
}

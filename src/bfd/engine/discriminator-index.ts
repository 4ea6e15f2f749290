/**
 * Finds a session's slot by its local discriminator, in one look into one array: a hash table with open
 * addressing, at most half full.
 */

/** Each cell has a discriminator as packets carry it, read as a word of this host, and a slot plus one. */
const CELL = 2;
const FIRST_CELLS = 128;

/** See the top of the file. */
export class DiscriminatorIndex {
  #cells = new Int32Array(FIRST_CELLS * CELL);
  #mask = FIRST_CELLS - 1;
  #used = 0;

  /**
   * @param word the four bytes of the discriminator in a packet, read with the lowest byte first
   * @returns -1: there is none
   */
  find(word: number): number {
    const cells = this.#cells;
    const wanted = word | 0;
    for (let cell = this.#home(wanted); ; cell = (cell + 1) & this.#mask) {
      const slot = cells[cell * CELL + 1] ?? 0;
      if (slot === 0 || cells[cell * CELL] === wanted) {
        return slot - 1;
      }
    }
  }

  /** @param discriminator one that is not in use */
  add(discriminator: number, slot: number): void {
    if (2 * (this.#used + 1) > this.#mask + 1) {
      this.#grow();
    }
    this.#put(wordOf(discriminator), slot + 1);
    this.#used += 1;
  }

  delete(discriminator: number): void {
    const wanted = wordOf(discriminator);
    let hole = this.#home(wanted);
    while (this.#slotAt(hole) !== 0 && this.#cells[hole * CELL] !== wanted) {
      hole = (hole + 1) & this.#mask;
    }
    if (this.#slotAt(hole) === 0) {
      return;
    }
    this.#used -= 1;
    // What stands behind the hole, and would be looked for through it, moves up.
    for (let cell = (hole + 1) & this.#mask; this.#slotAt(cell) !== 0; cell = (cell + 1) & this.#mask) {
      const word = this.#cells[cell * CELL] ?? 0;
      const distance = (cell - this.#home(word)) & this.#mask;
      if (distance >= ((cell - hole) & this.#mask)) {
        this.#set(hole, word, this.#slotAt(cell));
        hole = cell;
      }
    }
    this.#set(hole, 0, 0);
  }

  #grow(): void {
    const former = this.#cells;
    this.#cells = new Int32Array(former.length * 2);
    this.#mask = this.#cells.length / CELL - 1;
    for (let at = 0; at < former.length; at += CELL) {
      const slot = former[at + 1] ?? 0;
      if (slot !== 0) {
        this.#put(former[at] ?? 0, slot);
      }
    }
  }

  #put(word: number, slot: number): void {
    let cell = this.#home(word);
    while (this.#slotAt(cell) !== 0) {
      cell = (cell + 1) & this.#mask;
    }
    this.#set(cell, word, slot);
  }

  #set(cell: number, word: number, slot: number): void {
    this.#cells[cell * CELL] = word;
    this.#cells[cell * CELL + 1] = slot;
  }

  #slotAt(cell: number): number {
    return this.#cells[cell * CELL + 1] ?? 0;
  }

  /** Multiplied, so that discriminators that differ in few bits do not stand in a row. */
  #home(word: number): number {
    return (Math.imul(word, 0x9e37_79b1) >>> 15) & this.#mask;
  }
}

/** The bytes of a discriminator in a packet, as `find` takes them. */
export function wordOf(discriminator: number): number {
  return (
    (discriminator << 24) |
    ((discriminator << 8) & 0x00ff_0000) |
    ((discriminator >>> 8) & 0x0000_ff00) |
    (discriminator >>> 24)
  );
}

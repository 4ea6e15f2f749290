/** Pieces of a byte stream in the order of arrival, read from the front. */
export class ByteQueue {
  private pieces: Uint8Array[] = [];
  private first = 0;
  private offset = 0;
  private total = 0;

  /** Bytes not yet consumed. */
  get length(): number {
    return this.total;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.pieces.push(bytes);
    this.total += bytes.length;
  }

  /** The rest of the first piece, without consuming it; `undefined` when there is none. */
  peek(): Uint8Array | undefined {
    const piece = this.pieces[this.first];
    return piece === undefined || this.offset === 0 ? piece : piece.subarray(this.offset);
  }

  /** Consumes `count` bytes of the first piece. */
  skip(count: number): void {
    this.offset += count;
    this.total -= count;
    if (this.offset < (this.pieces[this.first]?.length ?? 0)) return;
    this.offset = 0;
    this.first += 1;
    if (this.first === this.pieces.length) {
      this.pieces = [];
      this.first = 0;
    }
  }

  /** Removes and returns everything. */
  takeAll(): readonly Uint8Array[] {
    const rest: Uint8Array[] = [];
    for (let piece = this.peek(); piece !== undefined; piece = this.peek()) {
      rest.push(piece);
      this.skip(piece.length);
    }
    return rest;
  }
}

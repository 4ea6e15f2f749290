import { PlainRun } from './plain-run.js';

/** What of the parser is needed here. */
export interface FedParser {
  write(text: string): unknown;
  /** Characters that it has read; good while it reads. */
  readonly position: number;
  /** Of the next character: from 1, and from 0. */
  readonly line: number;
  readonly column: number;
}

/** Characters that may wait for the end of a tag. */
const CUT_OFF_MOST = 1024;
/** Characters that may be kept from the parser until it is clear that it need not see them: it may get them at once. */
const KEPT_MOST = 8 * 1024 * 1024;
/** So often what is plain may end: then a document has too much else for that to be worth it. */
const STOPS_MOST = 64;

/**
 * Gives a document to a parser, but for the parts inside of payloads that are plain (see PlainRun): an edit may have
 * tens of thousands of elements that nobody has to be told of. Positions are those in the whole document.
 */
export class ParserFeed {
  readonly #parser: FedParser;
  /** How deep elements may be in what is kept from the parser now; 0: it has to see everything. */
  readonly #room: () => number;
  /** The position behind the last tag that the parser has read. */
  #tagEnd = -1;
  /** Characters that the parser was given. */
  #given = 0;
  #run: PlainRun | undefined;
  /** What the run has read and the parser has not. */
  #kept: string[] = [];
  #keptCharacters = 0;
  /** What is behind the run, without the end of a tag. */
  #cutOff = '';
  #stops = 0;
  #skipped = 0;
  #skippedLines = 0;
  /** What has to be added to the parser's columns in its line `#line`. */
  #columns = 0;
  #line = 0;

  constructor(parser: FedParser, room: () => number) {
    this.#parser = parser;
    this.#room = room;
  }

  /** Where the parser is in the document. */
  get position(): number {
    return this.#parser.position + this.#skipped;
  }

  /** Line and column of that, for messages. */
  get place(): string {
    const { line, column } = this.#parser;
    return `${line + this.#skippedLines}:${column + (line === this.#line ? this.#columns : 0)}`;
  }

  /** The parser has read a tag, and tells of it. */
  tagRead(): void {
    this.#tagEnd = this.#parser.position;
  }

  write(text: string): void {
    const all = this.#cutOff + text;
    this.#cutOff = '';
    let at = 0;
    while (at < all.length) {
      if (this.#run === undefined && !this.#mayBegin()) at = this.#feedTags(all, at);
      else at = this.#goOn(all, at);
    }
  }

  /** There is no more text: the parser gets what it was not given. */
  end(): void {
    const rest = this.#cutOff;
    this.#cutOff = '';
    this.#giveKept();
    if (rest !== '') this.#give(rest);
  }

  /** What is plain can be kept from the parser where that stands behind a tag in a payload. */
  #mayBegin(): boolean {
    return this.#tagEnd === this.#given && this.#stops < STOPS_MOST && this.#room() > 0;
  }

  /** Up to the end of a tag: of the next one in a payload where that may be worth it, else of the last one. */
  #feedTags(all: string, from: number): number {
    const isNear = this.#room() > 0 && this.#stops < STOPS_MOST;
    const bracket = isNear ? all.indexOf('>', from) : all.lastIndexOf('>');
    const to = bracket < from ? all.length : bracket + 1;
    this.#give(all.slice(from, to));
    return to;
  }

  #goOn(all: string, from: number): number {
    this.#run ??= new PlainRun(this.#room());
    const to = this.#run.read(all, from);
    if (to > from) this.#kept.push(all.slice(from, to));
    this.#keptCharacters += to - from;
    const isTooMuch = this.#keptCharacters > KEPT_MOST && !this.#run.isBalanced;
    if (isTooMuch) this.#stops = STOPS_MOST;
    else if (to === all.length) return to;
    else if (all.indexOf('>', to) === -1 && all.length - to < CUT_OFF_MOST) {
      this.#cutOff = all.slice(to);
      return all.length;
    }
    this.#stops += 1;
    if (this.#run.isBalanced) this.#skipKept();
    else this.#giveKept();
    this.#run = undefined;
    return to === all.length ? to : this.#feedTags(all, to);
  }

  #give(text: string): void {
    this.#given += text.length;
    this.#parser.write(text);
  }

  #giveKept(): void {
    for (const text of this.#kept) this.#give(text);
    this.#kept = [];
    this.#keptCharacters = 0;
    this.#run = undefined;
  }

  #skipKept(): void {
    const { line, column } = this.#parser;
    for (const text of this.#kept) {
      const before = line === this.#line ? this.#columns : 0;
      const newLines = text.split('\n').length - 1;
      this.#line = line;
      this.#columns =
        newLines === 0 ? before + text.length : text.length - text.lastIndexOf('\n') - 1 - column;
      this.#skippedLines += newLines;
      this.#skipped += text.length;
    }
    this.#kept = [];
    this.#keptCharacters = 0;
  }
}

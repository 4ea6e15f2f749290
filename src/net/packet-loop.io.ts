import { Epoll } from './epoll.io.js';
import { monotonicUs } from './monotonic-clock.io.js';
import { watchReadable, type Watch } from './poll.io.js';
import type { PacketSource } from './packet-source.js';
import type { PacketWork } from './packet-work.js';
import { TimerFd } from './timer-fd.io.js';
import type { UdpReceiver } from './udp-receiver.io.js';

/** While packets come, they are fetched once in this time instead of waking for each. */
const RECEIVE_PERIOD_US = 1000;
/** Batches per wake and socket, so that a flood cannot hold the loop: 4,096 packets of BFD ports. */
const BATCHES_PER_WAKE = 16;
/** While much has arrived, what is due is done in this time nevertheless: peers wait for it. */
const PACE_US = 2000;

/**
 * Moves packets inside the event loop of Node, which stays as it is: a timerfd and an epoll descriptor
 * wake it. A wake empties the sockets, runs what is due, hands over what is sent, and sets the timer to
 * the next deadline.
 */
export class PacketLoop {
  readonly #work: PacketWork;
  readonly #fatal: (error: unknown) => void;
  readonly #epoll = new Epoll();
  readonly #timer = new TimerFd();
  /** Replaced when one comes or goes, which may be in the middle of a wake. */
  #sources: readonly Source[] = [];
  readonly #watches: Watch[] = [];
  #receivedUntilUs = 0;
  #workedUs = 0;

  /** @param fatal is told of an exception in the work; it should end the process */
  constructor(work: PacketWork, fatal: (error: unknown) => void) {
    this.#work = work;
    this.#fatal = fatal;
  }

  /** From now on the receiver's packets are handed over. */
  add(receiver: UdpReceiver): void {
    this.addSource({
      fd: receiver.fd,
      batchSize: receiver.batchSize,
      receiveBatch: () => receiver.receiveBatch(),
      handOver: (index, nowUs) => {
        if (!this.#work.handleRepeated(receiver.glance(index), nowUs)) {
          this.#work.handleDatagram(receiver.datagram(index), nowUs);
        }
      },
    });
  }

  /** Its packets are not handed over any more. To be called before it is closed, and not by its packets. */
  remove(receiver: UdpReceiver): void {
    const entry = this.#sources.find(({ source }) => source.fd === receiver.fd);
    if (entry !== undefined) {
      this.removeSource(entry.source);
    }
  }

  /** From now on the packets of `source` are fetched, and it hands them over. */
  addSource(source: PacketSource): void {
    this.#epoll.add(source.fd);
    this.#sources = [...this.#sources, { source, watched: true, removed: false }];
  }

  /** To be called before the descriptor is closed; also by whom a packet of this source is handed to. */
  removeSource(source: PacketSource): void {
    const entry = this.#sources.find((one) => one.source === source);
    if (entry !== undefined) {
      entry.removed = true;
      this.#epoll.remove(source.fd);
      this.#sources = this.#sources.filter((one) => one !== entry);
    }
  }

  start(): void {
    this.#receivedUntilUs = monotonicUs();
    for (const fd of [this.#epoll.fd, this.#timer.fd]) {
      this.#watches.push(watchReadable(fd, () => this.#wake(), this.#fatal));
    }
    this.settle();
  }

  /** To be called when work from elsewhere may have sent something or moved the next deadline. */
  settle(): void {
    this.#work.flush();
    this.#arm(monotonicUs());
  }

  /** Sees to packets and deadlines now: to be called by long work from elsewhere, every few milliseconds. */
  turn(): void {
    this.#wake();
  }

  /** Nothing is handed over any more; those that are read may be closed without a word. */
  stop(): void {
    this.#watches.forEach((watch) => watch.close());
    this.#watches.length = 0;
    this.#sources = [];
    this.#timer.close();
    this.#epoll.close();
  }

  #wake(): void {
    const askedUs = monotonicUs();
    if (this.#receiveAll()) {
      this.#receivedUntilUs = askedUs;
    }
    this.#doWhatIsDue(monotonicUs());
  }

  #doWhatIsDue(nowUs: number): void {
    this.#workedUs = nowUs;
    this.#work.handleTimers(nowUs, this.#receivedUntilUs);
    this.#work.flush();
    this.#arm(nowUs);
  }

  /** Hands over what has arrived; false: something may be left. */
  #receiveAll(): boolean {
    let emptied = true;
    for (const source of this.#sources) {
      emptied = this.#receive(source) && emptied;
    }
    return emptied;
  }

  /** A socket that packets come by is not watched: it is looked at anyway. */
  #receive(entry: Source): boolean {
    const { source } = entry;
    let count = source.batchSize;
    let received = 0;
    for (
      let batch = 0;
      batch < BATCHES_PER_WAKE && count === source.batchSize && !entry.removed;
      batch += 1
    ) {
      count = source.receiveBatch();
      this.#handOver(entry, count);
      received += Math.max(count, 0);
      if (count === source.batchSize) {
        this.#keepPace();
      }
    }
    if (entry.watched !== (received === 0) && !entry.removed) {
      entry.watched = received === 0;
      this.#epoll.setWatched(source.fd, entry.watched);
    }
    return entry.removed || (count >= 0 && count < source.batchSize);
  }

  #keepPace(): void {
    const nowUs = monotonicUs();
    if (nowUs - this.#workedUs >= PACE_US) {
      this.#doWhatIsDue(nowUs);
    }
  }

  #handOver(entry: Source, count: number): void {
    if (count > 0) {
      // Read after the call: no packet is believed older than it is, so that no session ends early.
      const nowUs = monotonicUs();
      for (let index = 0; index < count && !entry.removed; index += 1) {
        entry.source.handOver(index, nowUs);
      }
    }
  }

  #arm(nowUs: number): void {
    const deadline = this.#work.nextDeadlineUs();
    const untilDeadline = deadline === null ? Infinity : deadline - nowUs;
    const quiet = this.#sources.every(({ watched }) => watched);
    const delay = quiet ? untilDeadline : Math.min(untilDeadline, RECEIVE_PERIOD_US);
    if (delay === Infinity) {
      this.#timer.disarm();
    } else {
      this.#timer.arm(delay);
    }
  }
}

interface Source {
  readonly source: PacketSource;
  watched: boolean;
  removed: boolean;
}

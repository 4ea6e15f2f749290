import { Epoll } from './epoll.io.js';
import { monotonicUs } from './monotonic-clock.io.js';
import { watchReadable, type Watch } from './poll.io.js';
import type { ReceivedDatagram } from './received-datagram.js';
import { TimerFd } from './timer-fd.io.js';
import { RECEIVE_BATCH, type UdpReceiver } from './udp-receiver.io.js';

/** What is done with packets and time. */
export interface PacketWork {
  handleDatagram(datagram: ReceivedDatagram, nowUs: number): void;
  /**
   * Does what is due at `nowUs`. All packets that had arrived at `receivedUntilUs` have been handed
   * over: silence can be judged up to there, and not beyond.
   */
  handleTimers(nowUs: number, receivedUntilUs: number): void;
  /** When the next work is due; null: nothing is. */
  nextDeadlineUs(): number | null;
}

/** While packets come, they are fetched once in this time instead of waking for each. */
const RECEIVE_PERIOD_US = 1000;
/** Batches per wake, so that a flood cannot hold the loop: 4,096 packets. */
const BATCHES_PER_WAKE = 16;

/**
 * Moves packets inside the event loop of Node, which stays as it is: a timerfd and an epoll descriptor
 * wake it. A wake empties the sockets, then runs what is due, then sets the timer to the next deadline.
 */
export class PacketLoop {
  readonly #receiver: UdpReceiver;
  readonly #work: PacketWork;
  readonly #fatal: (error: unknown) => void;
  readonly #epoll = new Epoll();
  readonly #timer = new TimerFd();
  readonly #watches: Watch[] = [];
  #watching = true;
  #receivedUntilUs = 0;

  /** @param fatal is told of an exception in the work; it should end the process */
  constructor(receiver: UdpReceiver, work: PacketWork, fatal: (error: unknown) => void) {
    this.#receiver = receiver;
    this.#work = work;
    this.#fatal = fatal;
    this.#epoll.add(receiver.fd);
  }

  start(): void {
    this.#receivedUntilUs = monotonicUs();
    for (const fd of [this.#epoll.fd, this.#timer.fd]) {
      this.#watches.push(watchReadable(fd, () => this.#wake(), this.#fatal));
    }
    this.rearm();
  }

  /** To be called when work from elsewhere may have moved the next deadline. */
  rearm(): void {
    this.#arm(monotonicUs());
  }

  stop(): void {
    this.#watches.forEach((watch) => watch.close());
    this.#watches.length = 0;
    this.#timer.close();
    this.#epoll.close();
  }

  #wake(): void {
    const received = this.#receive();
    this.#setWatching(received === 0);
    const nowUs = monotonicUs();
    this.#work.handleTimers(nowUs, this.#receivedUntilUs);
    this.#arm(nowUs);
  }

  /** Hands over what has arrived; answers how many packets that were. */
  #receive(): number {
    let received = 0;
    for (let batch = 0; batch < BATCHES_PER_WAKE; batch += 1) {
      const askedUs = monotonicUs();
      const count = this.#receiver.receiveBatch();
      if (count > 0) {
        // Read after the call: no packet is believed older than it is, so that no session ends early.
        const nowUs = monotonicUs();
        for (let index = 0; index < count; index += 1) {
          this.#work.handleDatagram(this.#receiver.datagram(index), nowUs);
        }
        received += count;
      }
      if (count >= 0 && count < RECEIVE_BATCH) {
        this.#receivedUntilUs = askedUs;
        break;
      }
    }
    return received;
  }

  #setWatching(watching: boolean): void {
    if (this.#watching !== watching) {
      this.#watching = watching;
      this.#epoll.setWatched(this.#receiver.fd, watching);
    }
  }

  #arm(nowUs: number): void {
    const deadline = this.#work.nextDeadlineUs();
    const untilDeadline = deadline === null ? Infinity : deadline - nowUs;
    const delay = this.#watching ? untilDeadline : Math.min(untilDeadline, RECEIVE_PERIOD_US);
    if (delay === Infinity) {
      this.#timer.disarm();
    } else {
      this.#timer.arm(delay);
    }
  }
}

import koffi from 'koffi';

const library = koffi.load(null);
const libc = {
  socket: library.func('socket', 'int', ['int', 'int', 'int']),
  bind: library.func('bind', 'int', ['int', 'void *', 'uint32_t']),
  recv: library.func('recv', 'int64_t', ['int', 'void *', 'size_t', 'int']),
  setsockopt: library.func('setsockopt', 'int', ['int', 'int', 'int', 'void *', 'uint32_t']),
  send: library.func('send', 'int64_t', ['int', 'void *', 'size_t', 'int']),
  nameToIndex: library.func('if_nametoindex', 'uint32_t', ['str']),
};

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_MPLS_UC = 0x8847;
const EAGAIN = 11;
const MSG_DONTWAIT = 0x40;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
/** Thousands of tunnels may speak at once while the label switch waits for a processor. */
const BUFFER_BYTES = 16 * 1024 * 1024;
const LARGEST_FRAME = 65_536;
/** Frames taken in a row, so that one interface cannot keep the others from being heard. */
const BURST = 256;

/** The labelled frames of an interface: those that come, and whole Ethernet frames out. */
export class LabelledSocket {
  #fd;
  #mac;
  #poll;
  #receive;
  #buffer = Buffer.alloc(LARGEST_FRAME);

  /**
   * @param {string} name of the interface
   * @param {string} mac its address
   * @param {(frame: Buffer) => void} receive is given each labelled frame addressed to the interface; the frame
   *   is only lent
   * @throws {Error} when there is no such interface, or no privilege
   */
  constructor(name, mac, receive) {
    this.#receive = receive;
    this.#mac = Buffer.from(mac.replaceAll(':', ''), 'hex');
    const protocol = ((ETH_P_MPLS_UC & 0xff) << 8) | (ETH_P_MPLS_UC >>> 8);
    this.#fd = libc.socket(AF_PACKET, SOCK_RAW, protocol);
    if (this.#fd < 0) throw new Error(`no packet socket: error ${koffi.errno()}`);
    const address = Buffer.alloc(20);
    address.writeUInt16LE(AF_PACKET, 0);
    address.writeUInt16BE(ETH_P_MPLS_UC, 2);
    address.writeInt32LE(libc.nameToIndex(name), 4);
    if (libc.bind(this.#fd, address, address.length) !== 0) throw new Error(`bind: error ${koffi.errno()}`);
    const room = Buffer.alloc(4);
    room.writeInt32LE(BUFFER_BYTES);
    libc.setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUFFORCE, room, room.length);
    // Kept, since polling ends when the handle is collected as garbage.
    this.#poll = koffi.node.poll(this.#fd, { readable: true }, () => this.#drain());
  }

  /** Sends a frame with this interface as its source. @param {Buffer} frame */
  send(frame) {
    this.#mac.copy(frame, 6);
    // What a full or lowered interface refuses is lost, as on a router.
    libc.send(this.#fd, frame, frame.length, MSG_DONTWAIT);
  }

  #drain() {
    for (let count = 0; count < BURST; count += 1) {
      const length = Number(libc.recv(this.#fd, this.#buffer, LARGEST_FRAME, MSG_DONTWAIT));
      if (length < 0) {
        // An error, as when the interface goes down, is told once, and has ended the polling.
        if (koffi.errno() !== EAGAIN) this.#poll.start({ readable: true }, () => this.#drain());
        return;
      }
      const frame = this.#buffer.subarray(0, length);
      if (frame.subarray(0, 6).equals(this.#mac)) this.#receive(frame);
    }
  }
}

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'ssh2';

const END = ']]>]]>';
const HELLO =
  '<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>' +
  '<capability>urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>';

/**
 * How to log in, and what the server needs of a client.
 *
 * @typedef {object} Login
 * @property {string} host
 * @property {number} port
 * @property {string} username
 * @property {string} keyFile the private key
 * @property {number} [helloPauseMs] how long to wait between the client's hello and the first rpc
 */

/** @typedef {Omit<Login, 'keyFile'> & { readonly password: string }} PasswordLogin */

/** The server answered with an rpc-error. */
export class Refused extends Error {}

/** The server did not answer in time, or closed the session. */
export class Unanswered extends Error {}

/**
 * A NETCONF session with as little client as possible, so that the server is what is measured: base:1.0
 * framing, and replies that are only looked through for an error.
 */
export class NetconfClient {
  /** @type {Set<NetconfClient>} */
  static #open = new Set();

  /** Ends all sessions that are left. */
  static closeAll() {
    for (const client of NetconfClient.#open) client.#ssh.destroy();
  }

  #ssh = new Client();
  /** @type {import('ssh2').ClientChannel | undefined} */
  #stream;
  /** @type {string[]} */
  #received = [];
  #tail = '';
  /** @type {{resolve: (reply: string) => void, reject: (error: Error) => void}[]} */
  #waiting = [];
  #sent = 0;
  #limitMs;

  /** @param {number} limitMs */
  constructor(limitMs) {
    this.#limitMs = limitMs;
  }

  /**
   * Connects; resolves when the server's hello is there.
   *
   * @param {Login | PasswordLogin} login
   * @param {number} limitMs how long to wait for the hello, and for each reply
   */
  static async connect(login, limitMs) {
    const client = new NetconfClient(limitMs);
    await client.#login(login);
    return client;
  }

  /**
   * Connects, and waits until the server takes a request.
   *
   * @param {Login} login
   * @param {number} limitMs
   */
  static async ready(login, limitMs) {
    const client = await NetconfClient.connect(login, limitMs);
    if (login.helloPauseMs !== undefined) await delay(login.helloPauseMs);
    return client;
  }

  /**
   * Sends an rpc; several may be on their way.
   *
   * @param {string} operation the XML inside `<rpc>`
   * @returns {Promise<string>} the reply
   * @throws {Refused} when it is an rpc-error
   * @throws {Unanswered} when there is none within the time
   */
  async rpc(operation) {
    this.#sent += 1;
    const reply = this.#next();
    this.#stream?.write(
      `<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="${this.#sent}">${operation}</rpc>${END}`,
    );
    const text = await this.#inTime(reply);
    if (/<(?:\w+:)?rpc-error/u.test(text)) throw new Refused(refusal(text));
    return text;
  }

  close() {
    this.#ssh.end();
  }

  /** @param {Login | PasswordLogin} login */
  async #login({ host, port, username, ...proof }) {
    NetconfClient.#open.add(this);
    this.#ssh.on('error', (error) => this.#fail(error.message));
    this.#ssh.on('close', () => {
      NetconfClient.#open.delete(this);
      this.#fail('the connection was closed');
    });
    const ready = new Promise((resolve, reject) => {
      this.#ssh.once('ready', () => resolve(undefined));
      this.#ssh.once('error', (error) => reject(new Unanswered(error.message)));
      this.#ssh.once('close', () => reject(new Unanswered('the connection was closed')));
    });
    // Left to itself ssh2 waits 40 ms for the acknowledgement of one small packet before it sends the next.
    const sock = connect({ host, port, noDelay: true });
    const algorithms = { kex: [/** @type {const} */ ('curve25519-sha256')] };
    const options = { sock, username, algorithms, readyTimeout: this.#limitMs };
    this.#ssh.connect(
      'password' in proof
        ? { ...options, password: proof.password }
        : { ...options, privateKey: readFileSync(proof.keyFile) },
    );
    await ready;
    const stream = await this.#subsystem();
    this.#stream = stream;
    const hello = this.#next();
    stream.setEncoding('utf8');
    stream.on('data', (/** @type {string} */ chunk) => this.#take(chunk));
    stream.write(HELLO + END);
    await this.#inTime(hello);
  }

  /** @returns {Promise<import('ssh2').ClientChannel>} */
  #subsystem() {
    return new Promise((resolve, reject) => {
      this.#ssh.subsys('netconf', (error, stream) =>
        error ? reject(new Unanswered(error.message)) : resolve(stream),
      );
    });
  }

  /** @returns {Promise<string>} */
  #next() {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /**
   * @param {Promise<string>} reply
   * @returns {Promise<string>}
   */
  async #inTime(reply) {
    const timer = setTimeout(() => {
      this.#fail(`no answer within ${this.#limitMs / 1000} s`);
      this.#ssh.destroy();
    }, this.#limitMs);
    try {
      return await reply;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Looks for the end in what is new and the few characters before it, whatever the length of the reply.
   *
   * @param {string} chunk
   */
  #take(chunk) {
    let rest = this.#tail + chunk;
    for (let end = rest.indexOf(END); end !== -1; end = rest.indexOf(END)) {
      this.#received.push(rest.slice(0, end));
      const reply = this.#received.join('');
      this.#received = [];
      rest = rest.slice(end + END.length);
      this.#waiting.shift()?.resolve(reply);
    }
    const kept = Math.max(0, rest.length - END.length + 1);
    this.#received.push(rest.slice(0, kept));
    this.#tail = rest.slice(kept);
  }

  /** @param {string} reason */
  #fail(reason) {
    for (const { reject } of this.#waiting.splice(0)) reject(new Unanswered(reason));
  }
}

/** The tag and the message of an rpc-error. @param {string} reply */
function refusal(reply) {
  const part = (/** @type {string} */ name) =>
    new RegExp(`<(?:\\w+:)?${name}[^>]*>([^<]*)<`, 'u').exec(reply)?.[1] ?? '';
  return `refused: ${part('error-tag')}: ${part('error-message')}`;
}

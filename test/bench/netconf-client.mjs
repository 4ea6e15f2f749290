import { connect } from 'node:net';
import { Client } from 'ssh2';

const END = ']]>]]>';
const HELLO =
  '<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>' +
  '<capability>urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>';

/**
 * A NETCONF session with as little client as possible, so that the server is what is measured: base:1.0
 * framing, and replies that are only looked through for an error.
 */
export class NetconfClient {
  #ssh = new Client();
  #stream;
  #received = [];
  #tail = '';
  /** @type {{resolve: (reply: string) => void, reject: (error: Error) => void}[]} */
  #waiting = [];
  #sent = 0;

  /**
   * Connects; resolves when the server's hello is there.
   *
   * @param {{host: string, port: number, username: string, password: string}} login
   */
  static async connect(login) {
    const client = new NetconfClient();
    await client.#open(login);
    return client;
  }

  /**
   * Sends an rpc; several may be on their way.
   *
   * @param {string} operation the XML inside `<rpc>`
   * @returns {Promise<string>} the reply
   */
  async rpc(operation) {
    this.#sent += 1;
    const reply = this.#next();
    this.#stream.write(
      `<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="${this.#sent}">${operation}</rpc>${END}`,
    );
    const text = await reply;
    if (text.includes('<rpc-error')) throw new Error(text.slice(0, 2000));
    return text;
  }

  close() {
    this.#ssh.end();
  }

  async #open(login) {
    this.#ssh.on('error', (error) => this.#fail(error));
    this.#ssh.on('close', () => this.#fail(new Error('the connection was closed')));
    const ready = new Promise((resolve, reject) => {
      this.#ssh.once('ready', resolve);
      this.#ssh.once('error', reject);
    });
    // Left to itself ssh2 waits 40 ms for the acknowledgement of one small packet before it sends the next.
    const sock = connect({ host: login.host, port: login.port, noDelay: true });
    this.#ssh.connect({ ...login, sock, algorithms: { kex: ['curve25519-sha256'] } });
    await ready;
    this.#stream = await new Promise((resolve, reject) => {
      this.#ssh.subsys('netconf', (error, stream) => (error ? reject(error) : resolve(stream)));
    });
    const hello = this.#next();
    this.#stream.setEncoding('utf8');
    this.#stream.on('data', (chunk) => this.#take(chunk));
    this.#stream.write(HELLO + END);
    await hello;
  }

  #next() {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Looks for the end in what is new and the few characters before it, whatever the length of the reply. */
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

  #fail(error) {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** Hears one end of a connection. */
export interface ChannelListener<Incoming> {
  message(message: Incoming): void;
  /** The connection is over; nothing comes any more. Not called after the own `close`. */
  closed(reason: string): void;
}

/** One end of a connection between agent and engine: whole, validated messages, in order. */
export interface LinkChannel<Incoming, Outgoing> {
  /** Never blocks. Does nothing when the connection is over. */
  send(message: Outgoing): void;
  /** To be called once; until then messages wait. */
  listen(listener: ChannelListener<Incoming>): void;
  /** What was sent before still arrives. */
  close(): void;
}

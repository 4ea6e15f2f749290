"""What scapy plays a node of the lab with: packets in and out of a namespace, and a BFD session (RFC 5880 §6.8).

Everything that is received, sent or changed is told as a line of JSON on stdout.
"""

import json
import os
import select
import socket
import time

from scapy.contrib.bfd import BFD
from scapy.contrib.mpls import MPLS
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from lsp_ping import BFD_DISCRIMINATOR, LspPing, value_of

ETH_P_ALL = 3
OUTGOING = 4
STDIN = 0
STATES = ["admin-down", "down", "init", "up"]
DOWN, INIT, UP = 1, 2, 3


def tell(**event):
    print(json.dumps(event), flush=True)


class Wire:
    """All interfaces of the namespace."""

    def __init__(self):
        self.frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.routed = {
            4: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
            6: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW),
        }

    def receive(self):
        """The next frame that came from outside, and the interface's name; None when it was our own."""
        data, (interface, _, kind, *_) = self.frames.recvfrom(65536)
        return None if kind == OUTGOING or interface == "lo" else (interface, Ether(data))

    def send_frame(self, interface, frame):
        self.frames.sendto(bytes(frame), (interface, 0))

    def send_routed(self, packet):
        family = 4 if isinstance(packet, IP) else 6
        self.routed[family].sendto(bytes(packet), (packet.dst, 0))


def labels_of(frame):
    labels = []
    layer = frame.payload
    while isinstance(layer, MPLS):
        labels.append({"label": layer.label, "trafficClass": layer.cos, "ttl": layer.ttl})
        layer = layer.payload
    return labels


def described(interface, frame):
    """A packet of LSP ping or BFD in words; None for any other."""
    network = frame.getlayer(IP) or frame.getlayer(IPv6)
    if network is None or UDP not in network:
        return None
    datagram = network[UDP]
    packet = {
        "interface": interface,
        "labels": labels_of(frame),
        "source": network.src,
        "destination": network.dst,
        "ttl": network.ttl if isinstance(network, IP) else network.hlim,
        "sourcePort": datagram.sport,
        "destinationPort": datagram.dport,
    }
    if LspPing in datagram:
        ping = datagram[LspPing]
        discriminator = value_of(ping, BFD_DISCRIMINATOR)
        return {
            **packet,
            "ping": {
                "messageType": ping.messageType,
                "replyMode": ping.replyMode,
                "returnCode": ping.returnCode,
                "returnSubcode": ping.returnSubcode,
                "sequenceNumber": ping.sequenceNumber,
                "discriminator": None if discriminator is None else int.from_bytes(discriminator, "big"),
            },
        }
    if datagram.dport in (3784, 4784) and BFD in datagram:
        bfd = datagram[BFD]
        return {
            **packet,
            "bfd": {
                "state": STATES[bfd.sta],
                "diagnostic": bfd.diag,
                "poll": bool(bfd.flags.P),
                "final": bool(bfd.flags.F),
                "myDiscriminator": bfd.my_discriminator,
                "yourDiscriminator": bfd.your_discriminator,
                "desiredMinTxIntervalUs": bfd.min_tx_interval,
                "requiredMinRxIntervalUs": bfd.min_rx_interval,
            },
        }
    return None


class Session:
    """One end of a BFD session; `send` is given each packet."""

    def __init__(self, name, mine, interval_us, send):
        self.name = name
        self.mine = mine
        self.yours = 0
        self.state = DOWN
        self.interval_us = interval_us
        self.diagnostic = 0
        self.remote = None
        self.next_send = time.monotonic()
        self.deadline = None
        self.silent = False
        self._send = send

    def transmit(self, flags=""):
        self._send(
            BFD(
                diag=self.diagnostic,
                sta=self.state,
                flags=flags,
                my_discriminator=self.mine,
                your_discriminator=self.yours,
                min_tx_interval=self.interval_us if self.state == UP else max(self.interval_us, 1_000_000),
                min_rx_interval=self.interval_us,
                echo_rx_interval=0,
            )
        )

    def handle(self, packet):
        """RFC 5880 §6.8.6, for a packet that is for this session."""
        self.yours = packet.my_discriminator
        self.remote = packet
        detection_us = packet.detect_mult * max(self.interval_us, packet.min_tx_interval)
        self.deadline = time.monotonic() + detection_us / 1e6
        if packet.sta == 0:
            self._become(DOWN, 3)
        elif self.state == DOWN and packet.sta in (DOWN, INIT):
            self._become(INIT if packet.sta == DOWN else UP, 0)
        elif self.state == INIT and packet.sta in (INIT, UP):
            self._become(UP, 0)
        elif self.state == UP and packet.sta == DOWN:
            self._become(DOWN, 3)
        if packet.flags.P and not self.silent:
            self.transmit("F")

    def work(self, now):
        """Does what is due; answers when it wants to be asked again."""
        if self.deadline is not None and now >= self.deadline:
            self.deadline = None
            self._become(DOWN, 1)
        if now >= self.next_send:
            if not self.silent:
                self.transmit()
            self._schedule(now)
        return min(self.next_send, self.deadline or self.next_send)

    def _become(self, state, diagnostic):
        if state == self.state:
            return
        self.state = state
        self.diagnostic = diagnostic
        tell(session=self.name, state=STATES[state], diagnostic=diagnostic, yourDiscriminator=self.yours)
        self.next_send = time.monotonic()

    def _schedule(self, now):
        wanted_us = self.interval_us if self.state == UP else max(self.interval_us, 1_000_000)
        remote_us = 1 if self.remote is None else self.remote.min_rx_interval
        self.next_send = now + 0.9 * max(wanted_us, remote_us) / 1e6


def run(wire, sessions, received, command):
    """Until stdin ends: hands packets and commands (lines of JSON) over, and lets the sessions work."""
    tell(ready=True)
    pending = b""
    while True:
        now = time.monotonic()
        wake = min([session.work(now) for session in list(sessions())] + [now + 1])
        ready, _, _ = select.select([wire.frames, STDIN], [], [], max(0, wake - time.monotonic()))
        if wire.frames in ready:
            taken = wire.receive()
            if taken is not None:
                received(*taken)
        if STDIN in ready:
            # Not by readline, which keeps lines that select knows nothing of.
            data = os.read(STDIN, 65536)
            if data == b"":
                return
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                command(json.loads(line))

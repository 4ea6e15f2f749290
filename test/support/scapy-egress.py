"""scapy as the egress of RFC 5884: `scapy-egress.py '{"fecs": ["5.5.5.5"], "discriminator": 8193}'`.

It answers LSP pings for its FECs (one of each family at least, where both are asked for), makes a session for each discriminator that one asks for, speaks first, and sends
its packets routed, to port 4784. Options: "intervalUs", "tellsDiscriminator": whether replies carry it.
Commands: {"silent": BOOLEAN}.
"""

import ipaddress
import json
import sys
import time

from scapy.contrib.bfd import BFD
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6

from lsp_ping import BFD_DISCRIMINATOR, TARGET_FEC_STACK, FecStack, LspPing, tlv, value_of
from scapy_node import Session, Wire, described, labels_of, run, tell

options = json.loads(sys.argv[1])
wire = Wire()
sessions = {}


def datagram(source, destination, source_port, destination_port, payload):
    network = IPv6(src=source, dst=destination, hlim=255) if ":" in source else IP(src=source, dst=destination, ttl=255)
    wire.send_routed(network / UDP(sport=source_port, dport=destination_port) / payload)


def target(ping):
    """The address of the host that the FEC is; None where it is none of ours."""
    stack = value_of(ping, TARGET_FEC_STACK)
    (fec, *others) = FecStack(stack).fecs if stack is not None else (None,)
    if fec is None or others or fec.type not in (12, 13):
        return None
    address = str(ipaddress.ip_address(fec.value[:-1]))
    return address if fec.value[-1] in (32, 128) and address in options["fecs"] else None


def session_for(fec, ingress, discriminator):
    """The session of an ingress's discriminator, made where there is none."""
    if discriminator not in sessions:
        mine = options["discriminator"] + len(sessions)

        def send(packet):
            datagram(fec, ingress, 49200, 4784, packet)

        session = Session(fec, mine, options.get("intervalUs", 100_000), send)
        session.yours = discriminator
        sessions[discriminator] = session
    return sessions[discriminator]


def echo_request(frame, network):
    ping = network[LspPing]
    fec = target(ping)
    asked = value_of(ping, BFD_DISCRIMINATOR)
    tlvs = []
    if fec is not None and asked is not None:
        session = session_for(fec, network.src, int.from_bytes(asked, "big"))
        if options.get("tellsDiscriminator", True):
            tlvs = [tlv(BFD_DISCRIMINATOR, session.mine.to_bytes(4, "big"))]
    if ping.replyMode == 1:
        return
    now = time.time() + 2_208_988_800
    reply = LspPing(
        messageType=2,
        replyMode=ping.replyMode,
        returnCode=3 if fec is not None else 4,
        returnSubcode=max(len(labels_of(frame)), 1),
        sendersHandle=ping.sendersHandle,
        sequenceNumber=ping.sequenceNumber,
        sentSeconds=ping.sentSeconds,
        sentFraction=ping.sentFraction,
        receivedSeconds=int(now) % 2**32,
        receivedFraction=int((now % 1) * 2**32),
        tlvs=tlvs,
    )
    own = next(address for address in options["fecs"] if (":" in address) == (":" in network.src))
    datagram(fec or own, network.src, 3503, network[UDP].sport, reply)


def received(interface, frame):
    packet = described(interface, frame)
    if packet is None:
        return
    tell(received=packet)
    network = frame.getlayer(IP) or frame.getlayer(IPv6)
    if packet["destinationPort"] == 3503:
        echo_request(frame, network)
    elif packet["destinationPort"] == 3784:
        for session in sessions.values():
            if session.mine == packet["bfd"]["yourDiscriminator"]:
                session.handle(network[BFD])


def command(wanted):
    for session in sessions.values():
        session.silent = wanted["silent"]


run(wire, sessions.values, received, command)

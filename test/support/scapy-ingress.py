"""scapy as the ingress of RFC 5884: `scapy-ingress.py OPTIONS`, a JSON object of "fec" (a host's address), "source",
"labels", "interface" and "mac" (of the next hop), "discriminator", "intervalUs".

It asks by LSP ping once a second until its session is Up, and sends BFD packets over the labels, once it knows the
egress's discriminator. Commands: {"silent": BOOLEAN}, {"ping": true} for one more echo request,
{"withdraw": true} for the end of the session (RFC 7726 §2.3), and {"request": {...}}, an echo request with other
values: "discriminator" (null: none), "fec", "labels", "replyMode".
"""

import ipaddress
import json
import sys
import time

from scapy.contrib.bfd import BFD
from scapy.contrib.mpls import MPLS
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from lsp_ping import BFD_DISCRIMINATOR, TARGET_FEC_STACK, FecStack, LspPing, tlv, value_of
from scapy_node import DOWN, UP, Session, Wire, described, run, tell

options = json.loads(sys.argv[1])
wire = Wire()
sequence = 0


def labelled(payload, destination_port, labels=None):
    """On the LSP: to a loopback address, with TTL 1."""
    source = options["source"]
    if ":" in source:
        packet = IPv6(src=source, dst="::ffff:127.0.0.1", hlim=1)
    else:
        packet = IP(src=source, dst="127.0.0.1", ttl=1)
    packet = packet / UDP(sport=49153, dport=destination_port) / payload
    stack = options["labels"] if labels is None else labels
    for index, label in reversed(list(enumerate(stack))):
        packet = MPLS(label=label, cos=7, s=1 if index == len(stack) - 1 else 0, ttl=255) / packet
    wire.send_frame(options["interface"], Ether(dst=options["mac"], type=0x8847) / packet)


def echo_request(fec, discriminator, labels=None, reply_mode=2):
    global sequence
    sequence += 1
    address = ipaddress.ip_address(fec)
    kind = 12 if address.version == 4 else 13
    element = tlv(kind, address.packed + bytes([address.max_prefixlen]))
    tlvs = [tlv(TARGET_FEC_STACK, bytes(FecStack(fecs=[element])))]
    if discriminator is not None:
        tlvs.append(tlv(BFD_DISCRIMINATOR, discriminator.to_bytes(4, "big")))
    ping = LspPing(
        replyMode=reply_mode,
        sendersHandle=options["discriminator"],
        sequenceNumber=sequence,
        sentSeconds=int(time.time() + 2_208_988_800) % 2**32,
        tlvs=tlvs,
    )
    labelled(ping, 3503, labels)


class Ingress(Session):
    """Sends nothing before it knows who the egress is, and asks again until it is Up."""

    next_ping = 0

    def transmit(self, flags=""):
        if self.yours != 0:
            super().transmit(flags)

    def work(self, now):
        if options.get("asks", True) and not self.silent and self.state != UP and now >= self.next_ping:
            self.next_ping = now + 1
            echo_request(options["fec"], self.mine)
        return super().work(now)


session = Ingress(
    options["fec"],
    options["discriminator"],
    options.get("intervalUs", 100_000),
    lambda packet: labelled(packet, 3784),
)


def received(interface, frame):
    packet = described(interface, frame)
    if packet is None:
        return
    tell(received=packet)
    network = frame.getlayer(IP) or frame.getlayer(IPv6)
    if "bfd" in packet and packet["bfd"]["yourDiscriminator"] == session.mine:
        session.handle(network[BFD])
    elif "ping" in packet and packet["ping"]["messageType"] == 2 and session.yours == 0:
        learned = value_of(network[LspPing], BFD_DISCRIMINATOR)
        session.yours = 0 if learned is None else int.from_bytes(learned, "big")


def command(wanted):
    if "silent" in wanted:
        session.silent = wanted["silent"]
    elif "ping" in wanted:
        echo_request(options["fec"], session.mine)
    elif "request" in wanted:
        request = {"fec": options["fec"], "discriminator": session.mine, **wanted["request"]}
        echo_request(request["fec"], request["discriminator"], request.get("labels"), request.get("replyMode", 2))
    elif "withdraw" in wanted:
        session.state = DOWN
        session.diagnostic = 7
        for _ in range(3):
            session.transmit()
        session.silent = True


run(wire, lambda: [session], received, command)

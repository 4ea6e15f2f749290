"""Sends frames that scapy builds: run in a network namespace, as root.

Stdin is a JSON list of {"interface", "etherDestination", "etherType", "labels": [{"label", "ttl"}], "source",
"destination", "ttl", "sourcePort", "destinationPort", "payload": HEX, "protocol": "udp" or "tcp",
"fragmentOffset", "routerAlert": bool}, where all but the first two have a default; they are sent in that order.
"""

import json
import sys

from scapy.contrib.mpls import MPLS
from scapy.layers.inet import IP, TCP, UDP, IPOption_Router_Alert
from scapy.layers.inet6 import IPv6, IPv6ExtHdrHopByHop, RouterAlert
from scapy.layers.l2 import Ether
from scapy.packet import Raw
from scapy.sendrecv import sendp


def network(frame):
    destination = frame.get("destination", "127.0.0.1")
    alert = frame.get("routerAlert", False)
    if ":" in destination:
        header = IPv6(src=frame.get("source", "2001:db8::9"), dst=destination, hlim=frame.get("ttl", 1))
        return header / IPv6ExtHdrHopByHop(options=[RouterAlert(value=69)]) if alert else header
    return IP(
        src=frame.get("source", "198.51.100.9"),
        dst=destination,
        ttl=frame.get("ttl", 1),
        frag=frame.get("fragmentOffset", 0),
        options=[IPOption_Router_Alert()] if alert else [],
    )


def build(frame):
    ports = {"sport": frame.get("sourcePort", 49999), "dport": frame.get("destinationPort", 3784)}
    transport = TCP(**ports) if frame.get("protocol") == "tcp" else UDP(**ports)
    packet = network(frame) / transport / Raw(bytes.fromhex(frame.get("payload", "00")))
    labels = frame.get("labels", [])
    for index, entry in reversed(list(enumerate(labels))):
        bottom = 1 if index == len(labels) - 1 else 0
        packet = MPLS(label=entry["label"], s=bottom, ttl=entry.get("ttl", 255)) / packet
    plain = 0x86DD if ":" in frame.get("destination", "") else 0x0800
    ether_type = frame.get("etherType", 0x8847 if labels else plain)
    return Ether(dst=frame["etherDestination"], type=ether_type) / packet


for one in json.load(sys.stdin):
    sendp(build(one), iface=one["interface"], verbose=False)

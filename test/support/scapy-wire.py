"""scapy as a cable tester: sends frames with labels, and tells every packet of LSP ping or BFD that comes.

A command is {"interface", "mac", "labels": [{"label", "ttl"}], "source", "destination", "marker"}: an echo request
is sent so, with the marker as its sequence number.
"""

from scapy.contrib.mpls import MPLS
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from lsp_ping import LspPing
from scapy_node import Wire, described, run, tell

wire = Wire()


def received(interface, frame):
    packet = described(interface, frame)
    if packet is not None:
        # The whole frame too, for what is not asked for by name.
        tell(received=packet, etherType=frame.type, sourceMac=frame.src)


def command(wanted):
    if ":" in wanted["destination"]:
        network = IPv6(src=wanted["source"], dst=wanted["destination"], hlim=1)
    else:
        network = IP(src=wanted["source"], dst=wanted["destination"], ttl=1)
    packet = network / UDP(sport=49153, dport=3503) / LspPing(sequenceNumber=wanted["marker"])
    labels = wanted["labels"]
    for index, entry in reversed(list(enumerate(labels))):
        bottom = 1 if index == len(labels) - 1 else 0
        packet = MPLS(label=entry["label"], cos=5, s=bottom, ttl=entry["ttl"]) / packet
    wire.send_frame(wanted["interface"], Ether(dst=wanted["mac"], type=0x8847) / packet)


run(wire, lambda: [], received, command)

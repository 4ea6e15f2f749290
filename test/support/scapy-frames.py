"""Builds and dissects frames of the LSP procedure with scapy, as a second opinion on the codecs.

Stdin is one JSON list of requests, stdout the list of their answers:
{"build": FRAME} is answered with the frame in hexadecimal, {"dissect": HEX} with FRAME, and {"answer": HEX,
"discriminator": NUMBER} with the reply of an egress to the request in that frame, as FRAME in hexadecimal:
  {"labels": [{"label", "trafficClass", "ttl"}], "version": 4 or 6, "routerAlert": bool,
   "source", "destination", "ttl", "trafficClass", "sourcePort", "destinationPort",
   "message": {header fields, "tlvs": [[type, value in hexadecimal]], "fecs": [[type, value in hexadecimal]]}}
"""

import json
import struct
import sys

from scapy.config import conf
from scapy.contrib.mpls import MPLS
from scapy.layers.inet import IP, UDP, IPOption_Router_Alert
from scapy.layers.inet6 import IPv6, IPv6ExtHdrHopByHop, RouterAlert
from scapy.layers.l2 import Ether

from lsp_ping import BFD_DISCRIMINATOR, HEADER, TARGET_FEC_STACK, FecStack, LspPing, tlv

def build(frame):
    message = frame["message"]
    tlvs = [tlv(kind, bytes.fromhex(value)) for kind, value in message["tlvs"]]
    if message["fecs"]:
        fecs = [tlv(kind, bytes.fromhex(value)) for kind, value in message["fecs"]]
        tlvs.insert(0, tlv(TARGET_FEC_STACK, bytes(FecStack(fecs=fecs))))
    ping = LspPing(tlvs=tlvs, **{name: message[name] for name in HEADER})
    packet = network(frame) / UDP(sport=frame["sourcePort"], dport=frame["destinationPort"]) / ping
    labels = frame["labels"]
    for index, entry in reversed(list(enumerate(labels))):
        bottom = 1 if index == len(labels) - 1 else 0
        packet = (
            MPLS(label=entry["label"], cos=entry["trafficClass"], s=bottom, ttl=entry["ttl"]) / packet
        )
    ether_type = 0x8847 if labels else {4: 0x0800, 6: 0x86DD}[frame["version"]]
    return bytes(Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02", type=ether_type) / packet).hex()


def network(frame):
    if frame["version"] == 4:
        options = [IPOption_Router_Alert()] if frame["routerAlert"] else []
        return IP(
            src=frame["source"],
            dst=frame["destination"],
            ttl=frame["ttl"],
            tos=frame["trafficClass"],
            options=options,
        )
    header = IPv6(
        src=frame["source"], dst=frame["destination"], hlim=frame["ttl"], tc=frame["trafficClass"]
    )
    return header / IPv6ExtHdrHopByHop(options=[RouterAlert(value=69)]) if frame["routerAlert"] else header


def dissect(text):
    packet = Ether(bytes.fromhex(text))
    labels = []
    layer = packet.payload
    while isinstance(layer, MPLS):
        labels.append({"label": layer.label, "trafficClass": layer.cos, "ttl": layer.ttl})
        layer = layer.payload
    version = 4 if isinstance(layer, IP) else 6
    if recomputed(packet) != bytes.fromhex(text):
        raise ValueError("scapy computes other lengths or checksums")
    ping = layer[LspPing]
    stacks = [entry.value for entry in ping.tlvs if entry.type == TARGET_FEC_STACK]
    message = {name: getattr(ping, name) for name in HEADER}
    message["tlvs"] = [
        [entry.type, entry.value.hex()] for entry in ping.tlvs if entry.type != TARGET_FEC_STACK
    ]
    message["fecs"] = [[fec.type, fec.value.hex()] for stack in stacks for fec in FecStack(stack).fecs]
    return {
        "labels": labels,
        "version": version,
        "routerAlert": bool(layer.options) if version == 4 else IPv6ExtHdrHopByHop in layer,
        "source": layer.src,
        "destination": layer.dst,
        "ttl": layer.ttl if version == 4 else layer.hlim,
        "trafficClass": layer.tos if version == 4 else layer.tc,
        "sourcePort": layer[UDP].sport,
        "destinationPort": layer[UDP].dport,
        "message": message,
    }


def answer(text, discriminator):
    """The egress of RFC 5884 §6: it is the egress at depth 1, and tells its discriminator."""
    request = dissect(text)
    kinds = [kind for kind, _ in request["message"]["tlvs"]]
    if BFD_DISCRIMINATOR not in kinds:
        raise ValueError("the request asks for no session")
    message = {
        **request["message"],
        "messageType": 2,
        "returnCode": 3,
        "returnSubcode": 1,
        "receivedSeconds": request["message"]["sentSeconds"],
        "tlvs": [[BFD_DISCRIMINATOR, struct.pack(">I", discriminator).hex()]],
    }
    return build(
        {
            **request,
            "labels": [],
            "routerAlert": False,
            "source": "5.5.5.5" if request["version"] == 4 else "2001:db8::5",
            "destination": request["source"],
            "ttl": 255,
            "sourcePort": 3503,
            "destinationPort": request["sourcePort"],
            "message": message,
        }
    )


def respond(request):
    if "build" in request:
        return build(request["build"])
    if "answer" in request:
        return answer(request["answer"], request["discriminator"])
    return dissect(request["dissect"])


def recomputed(packet):
    """The frame with every checksum and length filled in by scapy."""
    copy = packet.copy()
    for layer, names in ((IP, ("len", "chksum")), (IPv6, ("plen",)), (UDP, ("len", "chksum"))):
        if layer in copy:
            for name in names:
                delattr(copy[layer], name)
    return bytes(copy)


conf.debug_dissector = True
requests = json.load(sys.stdin)
json.dump([respond(request) for request in requests], sys.stdout)

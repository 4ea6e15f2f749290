"""Says which packets a socket filter lets through: run in a network namespace of its own, as root.

Stdin is {"program": HEX of struct sock_filter, "etherType": NUMBER, "packets": [HEX], "sentinel": HEX}, where
the sentinel is another packet, which passes; stdout is a list of true and false.
"""

import ctypes
import fcntl
import json
import socket
import struct
import sys

SIOCSIFFLAGS = 0x8914
IFF_UP = 1
SO_ATTACH_FILTER = 26


def bring_up(interface):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", interface.encode(), IFF_UP))


def attach(receiver, program):
    instructions = ctypes.create_string_buffer(program)
    count = len(program) // 8
    receiver.setsockopt(
        socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxP", count, ctypes.addressof(instructions))
    )


def passes(receiver, sender, ether_type, packet, sentinel):
    """Whether the packet comes back from the loopback interface before another that is sent after it."""
    for sent in (packet, sentinel):
        sender.sendto(sent, ("lo", ether_type, 0, 0, b"\0\0\0\0\0\0"))
    first = receiver.recv(2048)
    if first == sentinel:
        return False
    if first != packet or receiver.recv(2048) != sentinel:
        raise ValueError("something else has come in")
    return True


request = json.load(sys.stdin)
ether_type = request["etherType"]
bring_up("lo")
receiver = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
attach(receiver, bytes.fromhex(request["program"]))
# PACKET_IGNORE_OUTGOING: else the loopback interface shows every packet twice.
receiver.setsockopt(263, 23, 1)
receiver.bind(("lo", ether_type))
receiver.settimeout(10)
sender = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
sentinel = bytes.fromhex(request["sentinel"])
packets = [bytes.fromhex(packet) for packet in request["packets"]]
json.dump([passes(receiver, sender, ether_type, packet, sentinel) for packet in packets], sys.stdout)

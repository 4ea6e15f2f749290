"""Computes the authentication section of BFD packets with Python's hashlib, as a second opinion.

Reads a JSON array of {algorithm, meticulous, keyId, secretHex, sequence, packetHex} from standard input and
prints an array of whole packets in hexadecimal: the 24 bytes of the header as given, the section computed.
"""
import hashlib
import json
import struct
import sys

AUTH_TYPES = {
    ("simple-password", False): 1,
    ("simple-password", True): 1,
    ("md5", False): 2,
    ("md5", True): 3,
    ("sha1", False): 4,
    ("sha1", True): 5,
}
DIGEST_BYTES = {"md5": 16, "sha1": 20}


def packet(case):
    header = bytes.fromhex(case["packetHex"])[:24]
    secret = bytes.fromhex(case["secretHex"])
    algorithm = case["algorithm"]
    auth_type = AUTH_TYPES[(algorithm, case["meticulous"])]
    if algorithm == "simple-password":
        return header + struct.pack(">BBB", auth_type, 3 + len(secret), case["keyId"]) + secret
    size = DIGEST_BYTES[algorithm]
    section = struct.pack(">BBBBI", auth_type, 8 + size, case["keyId"], 0, case["sequence"])
    digest = hashlib.new(algorithm, header + section + secret.ljust(size, b"\0")).digest()
    return header + section + digest


print(json.dumps([packet(case).hex() for case in json.load(sys.stdin)]))

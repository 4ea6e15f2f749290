"""LSP ping (RFC 8029) for scapy, which does not know it."""

from scapy.fields import (
    ByteField,
    FieldLenField,
    IntField,
    PacketListField,
    PadField,
    ShortField,
    StrLenField,
)
from scapy.layers.inet import UDP
from scapy.packet import Packet, bind_layers

TARGET_FEC_STACK = 1
BFD_DISCRIMINATOR = 15


class Tlv(Packet):
    name = "TLV"
    fields_desc = [
        ShortField("type", 0),
        FieldLenField("length", None, length_of="value", fmt="H"),
        PadField(StrLenField("value", b"", length_from=lambda tlv: tlv.length), 4),
    ]

    def extract_padding(self, rest):
        return b"", rest


class LspPing(Packet):
    name = "LspPing"
    fields_desc = [
        ShortField("version", 1),
        ShortField("globalFlags", 0),
        ByteField("messageType", 1),
        ByteField("replyMode", 2),
        ByteField("returnCode", 0),
        ByteField("returnSubcode", 0),
        IntField("sendersHandle", 0),
        IntField("sequenceNumber", 0),
        IntField("sentSeconds", 0),
        IntField("sentFraction", 0),
        IntField("receivedSeconds", 0),
        IntField("receivedFraction", 0),
        PacketListField("tlvs", [], Tlv),
    ]


HEADER = [field.name for field in LspPing.fields_desc if field.name not in ("version", "tlvs")]
bind_layers(UDP, LspPing, dport=3503)
bind_layers(UDP, LspPing, sport=3503)


class FecStack(Packet):
    name = "FecStack"
    fields_desc = [PacketListField("fecs", [], Tlv)]


def tlv(kind, value):
    return Tlv(type=kind, value=value)


def value_of(ping, kind):
    """The value of the first TLV of a type; None where there is none."""
    return next((entry.value for entry in ping.tlvs if entry.type == kind), None)

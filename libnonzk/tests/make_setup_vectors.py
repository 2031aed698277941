#!/usr/bin/env python3
"""The secrets of the development setup, by hash_to_field of RFC 9380 section 5.2; prints the table of test_setup.c."""
import hashlib

R = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001
TAG = b"NONOS-DEVELOPMENT-SETUP-V1_XMD:SHA-256"


def expand_message_xmd(message, tag, length):
    tag += bytes([len(tag)])
    first = hashlib.sha256(bytes(64) + message + length.to_bytes(2, "big") + b"\0" + tag).digest()
    block, out = bytes(32), b""
    for i in range(1, -(-length // 32) + 1):
        block = hashlib.sha256(bytes(a ^ b for a, b in zip(first, block)) + bytes([i]) + tag).digest()
        out += block
    return out[:length]


for seed in (b"", b"NONOS development"):
    out = expand_message_xmd(seed, TAG, 5 * 48)
    print(f'    {{"{seed.decode()}",\n     {{')
    for i in range(5):
        print(f'         "{int.from_bytes(out[48 * i:48 * i + 48], "big") % R:064x}",')
    print("     }},")

#!/usr/bin/env python3
"""Writes the C source of the attestor's key: the verifying key file, and the root and epoch that `nonzk authority root --json` printed."""
import argparse
import hashlib
import json
import sys


def c_bytes(data):
    return '{' + ', '.join(f'0x{byte:02x}' for byte in data) + '}'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('key', help='attestation.vk')
    parser.add_argument('root', help='what nonzk authority root --json printed')
    parser.add_argument('--release', action='store_true', help='refuse the key of a development setup')
    args = parser.parse_args()
    with open(args.key, 'rb') as file:
        key = file.read()
    with open(args.root, encoding='ascii') as file:
        authorities = json.load(file)
    if key[:8] != b'NONOSVK1' or hashlib.sha256(key[:40] + key[72:]).digest() != key[40:72]:
        print(f'{args.key}: it is not a verifying key', file=sys.stderr)
        return 1
    if args.release and b'DEVELOPMENT' in key[8:40]:
        print(f'{args.key}: it is a development key, with which everybody can prove everything', file=sys.stderr)
        return 1
    root = bytes.fromhex(authorities['root'])
    print('/* Made from a folder of keys by kernel/tools/attestor_key.py. */', '#include "key.h"', '',
          f'const uint8_t attestor_key[ATTESTOR_KEY_LEN] = {c_bytes(key)};',
          f'const uint8_t attestor_key_hash[32] = {c_bytes(key[40:72])};',
          f'const uint8_t attestor_root[NONZK_FR_LEN] = {c_bytes(root)};',
          f'const uint32_t attestor_epoch = {authorities["epoch"]}u;', sep='\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env python3
"""Writes cases of EIP-2537's precompiles into a folder, in the form in which they are published: the additions, multiples
and sums are computed here with affine coordinates, the points of the maps are those of RFC 9380's files if a folder of
vectors is given."""

import json
import os
import random
import sys

P = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab
R = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001
G1 = ((0x17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb,),
      (0x08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1,))
G2 = ((0x024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8,
       0x13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e),
      (0x0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801,
       0x0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be))


# Elements are tuples of one or two integers; two are a + b i with i^2 = -1.
def sub(a, b):
    return tuple((x - y) % P for x, y in zip(a, b))


def times(a, b):
    if len(a) == 1:
        return (a[0] * b[0] % P,)
    return ((a[0] * b[0] - a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P)


def inverse(a):
    n = pow(sum(x * x for x in a), -1, P) if len(a) == 2 else pow(a[0], -1, P)
    return (n,) if len(a) == 1 else (a[0] * n % P, -a[1] * n % P)


def add(a, b):
    """None is the point at infinity."""
    if a is None or b is None:
        return a or b
    (x1, y1), (x2, y2) = a, b
    if x1 == x2 and y1 != y2:
        return None
    if x1 == x2:
        slope = times(tuple(3 * x for x in times(x1, x1)), inverse(tuple(2 * y % P for y in y1)))
    else:
        slope = times(sub(y2, y1), inverse(sub(x2, x1)))
    x3 = sub(sub(times(slope, slope), x1), x2)
    return x3, sub(times(slope, sub(x1, x3)), y1)


def multiple(k, a):
    out = None
    while k:
        if k & 1:
            out = add(out, a)
        a, k = add(a, a), k >> 1
    return out


def negative(a):
    return a[0], tuple(-y % P for y in a[1])


def text(a, extension):
    return "0" * 256 * extension if a is None else "".join("%0128x" % c for part in a for c in part)


def outside():
    """A point of the curve of G1 that is not in the group."""
    for x in range(1, 100):
        y = pow(x**3 + 4, (P + 1) // 4, P)
        if y * y % P == (x**3 + 4) % P and multiple(R, ((x,), (y,))) is not None:
            return (x,), (y,)
    raise AssertionError


def good(name, given, expected):
    return {"Input": given, "Expected": expected, "Name": name, "Gas": 1, "NoBenchmark": False}


def bad(name, given):
    return {"Input": given, "ExpectedError": "invalid", "Name": name}


def group_cases(files, name, generator, extension):
    def t(a):
        return text(a, extension)

    rng = random.Random(name)
    scalars = [rng.randrange(R) for _ in range(4)]
    p = [multiple(k, generator) for k in scalars]
    one = t(p[0])
    files["add_%s_bls" % name] = [
        good("two points", one + t(p[1]), t(add(p[0], p[1]))), good("doubling", one + one, t(add(p[0], p[0]))),
        good("opposites", one + t(negative(p[0])), t(None)), good("infinity", one + t(None), one)]
    files["fail-add_%s_bls" % name] = [
        bad("empty", ""), bad("short", one + one[2:]), bad("long", one + one + "00"), bad("top bytes", "10" + one[2:] + one),
        bad("not on the curve", one[len(one) // 2:] + one[:len(one) // 2] + one), bad("field", "%0128x" % P + one[128:] + one)]
    files["mul_%s_bls" % name] = [
        good("a multiple", one + "%064x" % scalars[1], t(multiple(scalars[1], p[0]))), good("zero", one + "0" * 64, t(None)),
        good("above the order", one + "%064x" % (R + 2), t(add(p[0], p[0]))), good("infinity", t(None) + "%064x" % 3, t(None))]
    total = None
    for i in range(4):
        total = add(total, multiple(scalars[3 - i], p[i]))
    files["msm_%s_bls" % name] = [good("four", "".join(t(p[i]) + "%064x" % scalars[3 - i] for i in range(4)), t(total))]
    files["fail-multiexp_%s_bls" % name] = [bad("empty", ""), bad("short", one), bad("long", one + "0" * 66)]


def map_cases(files, vectors):
    for name, kind in (("G1", "fp"), ("G2", "fp2")):
        path = os.path.join(vectors, "zk/hash-to-curve/BLS12381%s_XMD:SHA-256_SSWU_NU_.json" % name)
        with open(path, encoding="ascii") as f:
            suite = json.load(f)
        hexes = lambda s: "".join("%0128x" % int(c, 16) for c in s.split(","))
        files["map_%s_to_%s_bls" % (kind, name)] = [
            good(v["msg"][:8], hexes(v["u"][0]), hexes(v["P"]["x"]) + hexes(v["P"]["y"])) for v in suite["vectors"]]


def main():
    files = {}
    group_cases(files, "G1", G1, 1)
    group_cases(files, "G2", G2, 2)
    astray = text(outside(), 1)
    files["add_G1_astray_bls"] = [good("outside", astray + text(G1, 1), text(add(outside(), G1), 1))]
    files["fail-mul_G1_bls"] = [bad("outside", astray + "%064x" % 2)]
    files["fail-msm_G1_bls"] = [bad("outside", astray + "%064x" % 2)]
    files["fail-map_fp_to_G1_bls"] = [bad("empty", ""), bad("not below p", "%0128x" % P)]
    files["fail-map_fp2_to_G2_bls"] = [bad("short", "0" * 128), bad("not below p", "0" * 128 + "%0128x" % P)]
    files["pairing_check_bls"] = [
        good("bilinear", text(multiple(5, G1), 1) + text(multiple(7, G2), 2) + text(negative(multiple(35, G1)), 1) + text(G2, 2),
             "%064x" % 1),
        good("one pairing", text(G1, 1) + text(G2, 2), "0" * 64), good("infinity", text(None, 1) + text(G2, 2), "%064x" % 1)]
    files["fail-pairing_check_bls"] = [bad("empty", ""), bad("outside", astray + text(G2, 2)), bad("short", text(G1, 1))]
    if len(sys.argv) > 2:
        map_cases(files, sys.argv[2])
    for name, cases in files.items():
        with open(os.path.join(sys.argv[1], name + ".json"), "w", encoding="ascii") as f:
            json.dump(cases, f)


main()

#!/usr/bin/env python3
"""Writes src/curve/constants.h: what the curves and the pairing of BLS12-381 need, derived from the parameter x, the
generators and the field. Usage: make_curve_constants.py > ../src/curve/constants.h"""

P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
X = -0xD201000000010000
R = X**4 - X**2 + 1
G1 = (0x17F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905A14E3A3F171BAC586C55E83FF97A1AEFFB3AF00ADB22C6BB,
      0x08B3F481E3AAA0F1A09E30ED741D8AE4FCF5E095D5D00AF600DB18CB2C04B3EDD03CC744A2888AE40CAA232946C5E7E1)
G2 = ((0x024AA2B2F08F0A91260805272DC51051C6E47AD4FA403B02B4510B647AE3D1770BAC0326A805BBEFD48056C8C121BDB8,
       0x13E02B6052719F607DACD3A088274F65596BD0D09920B61AB5DA61BBDC7F5049334CF11213945D57E5AC7D055D042B7E),
      (0x0CE5D527727D6E118CC9CDC6DA2E351AADFD9BAA8CBDD3A76D429A695160D12C923AC9CC3BACA289E193548608B82801,
       0x0606C4A02EA734CC32ACD2B02BC28B99CB3E287E85A763AF267492AB572E99AB3F370D275CEC1DA1AAA9075FF05F79BE))


def mul2(a, b):
    return (a[0] * b[0] - a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P


def pow2(a, e):
    result = (1, 0)
    for bit in bin(e)[2:]:
        result = mul2(result, result)
        if bit == "1":
            result = mul2(result, a)
    return result


def inverse2(a):
    norm = pow(a[0] * a[0] + a[1] * a[1], P - 2, P)
    return a[0] * norm % P, -a[1] * norm % P


def add1(a, b):
    """Affine addition on the curve over Fp, None being infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], P - 2, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], P - 2, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def scale1(a, k):
    result = None
    for bit in bin(k)[2:]:
        result = add1(result, result)
        if bit == "1":
            result = add1(result, a)
    return result


def beta():
    """The cube root of unity b for which (b x, y) is -X^2 times (x, y) in G1."""
    root = next(c for c in (pow(g, (P - 1) // 3, P) for g in range(2, 9)) if c != 1)
    target = scale1(G1, -X * X % R)
    return next(c for c in (root, root * root % P) if (c * G1[0] % P, G1[1]) == target)


def beta2():
    """The cube root of unity b for which (b x, -y) is X^2 times (x, y) in G2: the square of (x, y) -> (c1 x^P, c2 y^P)."""
    x = inverse2(pow2((1, 1), (P - 1) // 3))
    y = inverse2(pow2((1, 1), (P - 1) // 2))
    factor = mul2(x, (x[0], -x[1]))
    assert factor[1] == 0 and mul2(y, (y[0], -y[1])) == (P - 1, 0)
    return factor[0]


def limbs(a):
    a = a * 2**384 % P
    words = [f"UINT64_C(0x{a >> 64 * i & 2**64 - 1:016x})" for i in range(6)]
    return "{{" + ", ".join(words) + "}}"


def show(comment, name, value):
    print(f"\n/* {comment} */")
    print(f"static const struct nonzk_fp {name} = {limbs(value)};")


def show2(comment, name, value):
    print(f"\n/* {comment} */")
    print(f"static const struct nonzk_fp2 {name} = {{{limbs(value[0])}, {limbs(value[1])}}};")


def show_lanes(comment, name, value):
    words = [f"UINT64_C(0x{value >> 52 * i & 2**52 - 1:013x})" for i in range(8)]
    print(f"\n/* {comment} */")
    print(f"static const uint64_t {name}[8] = {{{', '.join(words)}}};")


def main():
    xi = (1, 1)
    print("/*\n * Constants of BLS12-381 in Montgomery form. Made by tests/make_curve_constants.py; not to be edited.\n */")
    print("#ifndef NONZK_SRC_CURVE_CONSTANTS_H\n#define NONZK_SRC_CURVE_CONSTANTS_H\n")
    print("#include <nonzk/fp2.h>\n")
    print("/* clang-format off */")
    print("#ifdef CONSTANTS_FROBENIUS")
    print("\n/* (u + 1)^(i (p - 1) / 6): what the Frobenius map makes of w^i besides w^i itself */")
    print("static const struct nonzk_fp2 frobenius_w[6] = {")
    for i in range(6):
        c = pow2(xi, i * (P - 1) // 6)
        print(f"    {{{limbs(c[0])}, {limbs(c[1])}}},")
    print("};\n\n#endif\n#ifdef CONSTANTS_G1_BETA")
    show("-x^2 (X, Y) = (beta X, Y) in G1", "g1_beta", beta())
    print("\n#endif\n#ifdef CONSTANTS_G2_BETA")
    show("-x^2 (X, Y) = (beta X, Y) in G2", "g2_beta", beta2())
    print("\n#endif\n#ifdef CONSTANTS_G1")
    show("generator", "g1_generator_x", G1[0])
    show("generator", "g1_generator_y", G1[1])
    print("\n#endif\n#ifdef CONSTANTS_G2")
    show2("1 / (u + 1)^((p - 1) / 3): psi's factor for X", "g2_psi_x", inverse2(pow2(xi, (P - 1) // 3)))
    show2("1 / (u + 1)^((p - 1) / 2): psi's factor for Y", "g2_psi_y", inverse2(pow2(xi, (P - 1) // 2)))
    show2("generator", "g2_generator_x", G2[0])
    show2("generator", "g2_generator_y", G2[1])
    print("\n#endif")
    print("\n/* -1/p mod 2^52 */")
    print(f"static const uint64_t lanes_minus_p_inverse = UINT64_C(0x{-pow(P, -1, 2**52) % 2**52:013x});")
    for k in (1, 2, 4, 8, 64):
        show_lanes(f"{k} p", f"lanes_{k}p", k * P)
    show_lanes("2^416 mod p, which is 1", "lanes_one", 2**416 % P)
    show_lanes("2^384 mod p, which is 2^-32", "lanes_scale_down", 2**384 % P)
    show_lanes("2^448 mod p, which is 2^32", "lanes_scale_up", 2**448 % P)
    show_lanes("2^480 mod p, which is 2^64", "lanes_scale_up_twice", 2**480 % P)
    print("\n#endif")


main()

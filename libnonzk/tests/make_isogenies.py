#!/usr/bin/env python3
"""Writes src/curve/isogeny.h: the isogenies of RFC 9380 appendices E.2 and E.3 onto the curves of G1 and G2, derived from
the kernel and the two leading coefficients by Kohel's formulas. Usage: make_isogenies.py > ../src/curve/isogeny.h"""

P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB

# G1: the curve, the five highest coefficients of the denominator of x but the leading 1, and the leading coefficients of the
# numerators of x and y
A1 = 0x144698A3B8E9433D693A02C96D4982B0EA985383EE66A8D8E8981AEFD881AC98936F8DA0E0F97F5CF428082D584C1D
B1 = 0x12E2908D11688030018B12E8753EEE3B2016C1F0F24F4070A0B9C14FCEF35EF55A23215A316CEAA5D1CC48E98E172BE0
DENOMINATOR1 = [
    0x095FC13AB9E92AD4476D6E3EB3A56680F682B4EE96F7D03776DF533978F31C1593174E4B4B7865002D6384D168ECDD0A,
    0x0A10ECF6ADA54F825E920B3DAFC7A3CCE07F8D1D7161366B74100DA67F39883503826692ABBA43704776EC3A79A1D641,
    0x14A7AC2A9D64A8B230B3F5B074CF01996E7F63C21BCA68A81996E1CDF9822C580FA5B9489D11E2D311F7D99BBDCC5A5E,
    0x0772CAACF16936190F3E0C63E0596721570F5799AF53A1894E2E073062AEDE9CEA73B3538F0DE06CEC2574496EE84A3A,
    0x0E7355F8E4E667B955390F7F0506C6E9395735E9CE9CAD4D0A43BCEF24B8982F7400D24BC4228F11C02DF9A29F6304A5]
X_LEAD1 = 0x06E08C248E260E70BD1E962381EDEE3D31D79D7E22C837BC23C0BF1BC24C6B68C24B1B80B64D391FA9C8BA2E8BA2D229
Y_LEAD1 = 0x15E6BE4E990F03CE4EA50B3B42DF2EB5CB181D8F84965A3957ADD4FA95AF01B2B665027EFEC01C7704B456BE69C8B604


class Fp2:
    """c0 + c1 u; G1 uses it with c1 = 0."""

    def __init__(self, c0, c1=0):
        self.c = c0 % P, c1 % P

    def __add__(self, o):
        return Fp2(self.c[0] + o.c[0], self.c[1] + o.c[1])

    def __sub__(self, o):
        return Fp2(self.c[0] - o.c[0], self.c[1] - o.c[1])

    def __mul__(self, o):
        if isinstance(o, int):
            return Fp2(self.c[0] * o, self.c[1] * o)
        a, b = self.c, o.c
        return Fp2(a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0])

    def inverse(self):
        n = pow(self.c[0]**2 + self.c[1]**2, P - 2, P)
        return Fp2(self.c[0] * n, -self.c[1] * n)

    def __eq__(self, o):
        return self.c == o.c


# Polynomials are lists of coefficients, the constant first.
def add(a, b):
    n = max(len(a), len(b))
    pad = [Fp2(0)]
    return [x + y for x, y in zip(a + pad * (n - len(a)), b + pad * (n - len(b)))]


def scale(a, k):
    return [x * k for x in a]


def mul(a, b):
    out = [Fp2(0)] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[i + j] = out[i + j] + x * y
    return out


def derive(a):
    return [x * i for i, x in enumerate(a)][1:]


def isogeny(a, b, h, x_lead, y_lead):
    """
    With s the sum of h's roots and d its degree, x = (2 d + 1) x - 2 s - 2 f' h'/h - 4 f (h'/h)' up to a factor, where
    f = x^3 + a x + b; that is n / h^2, and y is y (n / h^2)' up to a factor. Returns the numerators over h^2 and h^3.
    """
    f = [b, a, Fp2(0), Fp2(1)]
    d = len(h) - 1
    s = Fp2(0) - h[-2]
    h1 = derive(h)
    h2 = derive(h1) or [Fp2(0)]
    n = mul([s * -2, Fp2(2 * d + 1)], mul(h, h))
    n = add(n, scale(mul(derive(f), mul(h1, h)), -2))
    n = add(n, scale(mul(f, add(mul(h2, h), scale(mul(h1, h1), -1))), -4))
    while n[-1] == Fp2(0):
        n.pop()
    x = scale(n, x_lead * n[-1].inverse())
    y = add(mul(derive(n), h), scale(mul(n, h1), -2))
    while y[-1] == Fp2(0):
        y.pop()
    return x, scale(y, y_lead * y[-1].inverse())


def kernel1():
    """The square root of the denominator."""
    half = pow(2, P - 2, P)
    h = [1]  # the leading coefficient first
    for i, c in enumerate(DENOMINATOR1, 1):
        h.append((c - sum(h[j] * h[i - j] for j in range(1, i))) * half % P)
    return [Fp2(c) for c in reversed(h)]


def limbs(a):
    a = a * 2**384 % P
    return "{{" + ", ".join(f"UINT64_C(0x{a >> 64 * i & 2**64 - 1:016x})" for i in range(6)) + "}}"


def show(name, poly, group):
    kind = "fp" if group == 1 else "fp2"
    print(f"static const struct nonzk_{kind} {name}[{len(poly)}] = {{")
    for c in poly:
        print(f"    {limbs(c.c[0])}," if group == 1 else f"    {{{limbs(c.c[0])}, {limbs(c.c[1])}}},")
    print("};\n")


def group(number, a, b, h, x_lead, y_lead):
    x, y = isogeny(a, b, h, x_lead, y_lead)
    print(f"#ifdef ISOGENY_G{number}\n")
    show("curve_a", [a], number)
    show("curve_b", [b], number)
    show("isogeny_h", h, number)
    show("isogeny_x", x, number)
    show("isogeny_y", y, number)
    print("#endif")


def main():
    ninth = Fp2(9).inverse()
    minus_27th = Fp2(-27).inverse()
    print("/*\n * Curves with a b != 0 and their isogenies onto those of G1 and G2: x = X(x) / h(x)^2 and y = y Y(x) / h(x)^3.")
    print(" * Coefficients of x^0 first. Made by tests/make_isogenies.py; not to be edited.\n */")
    print("/* clang-format off */")
    group(1, Fp2(A1), Fp2(B1), kernel1(), Fp2(X_LEAD1), Fp2(Y_LEAD1))
    group(2, Fp2(0, 240), Fp2(1012, 1012), [Fp2(6, -6), Fp2(1)], ninth, minus_27th)


main()

/*
 * Points in two forms, for the including file's struct fe. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_WEIERSTRASS_POINT_H
#define NONCRYPTO_SRC_WEIERSTRASS_POINT_H

/* Jacobian coordinates: (X / Z^2, Y / Z^3), or infinity where Z = 0. */
struct point {
    struct fe x, y, z;
};

/* Never infinity. */
struct affine {
    struct fe x, y;
};

#endif

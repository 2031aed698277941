/*
 * Radix-2 transforms in place: bit reversal, then butterflies from the shortest to the longest
 * (Cooley and Tukey).
 */
#include <nonzk/fft.h>
#include <string.h>

/* 5^((r - 1) / 2^32) in Montgomery form */
static const struct nonzk_fr greatest_root = {{
    UINT64_C(0x9cab6d5c0c17f47c),
    UINT64_C(0x1ce1e93dfd4b71e5),
    UINT64_C(0x0d6db230471dd505),
    UINT64_C(0x3f0ee990743a3b6a),
}};

/* 1 / 2 in Montgomery form */
static const struct nonzk_fr half = {{
    UINT64_C(0x00000000ffffffff),
    UINT64_C(0xac425bfd0001a401),
    UINT64_C(0xccc627f7f65e27fa),
    UINT64_C(0x0c1258acd66282b7),
}};

int nonzk_fft_root(struct nonzk_fr *out, unsigned log_size)
{
    if (log_size > NONZK_FFT_MAX_LOG_SIZE)
        return NONZK_E_INVALID;
    *out = greatest_root;
    for (unsigned i = log_size; i < NONZK_FFT_MAX_LOG_SIZE; i++)
        nonzk_fr_square(out, out);
    return 0;
}

int nonzk_fft_domain_init(struct nonzk_fft_domain *domain, unsigned log_size,
                          struct nonzk_fr *roots, size_t roots_count)
{
    struct nonzk_fr root;
    int result = nonzk_fft_root(&root, log_size);

    if (result != 0)
        return result;
    uint64_t size = UINT64_C(1) << log_size;
    uint64_t nroots = size > 1 ? size / 2 : 1;
    if (roots_count < nroots)
        return NONZK_E_INVALID;
    domain->log_size = log_size;
    domain->size = size;
    domain->root = root;
    domain->roots = roots;
    nonzk_fr_power(&domain->size_inverse, &half, log_size);
    nonzk_fr_set_one(&roots[0]);
    for (size_t i = 1; i < nroots; i++)
        nonzk_fr_mul(&roots[i], &roots[i - 1], &root);
    return 0;
}

static void reverse_bits(struct nonzk_fr *a, size_t size)
{
    size_t reversed = 0;

    for (size_t i = 0; i < size; i++) {
        if (i < reversed) {
            struct nonzk_fr t = a[i];
            a[i] = a[reversed];
            a[reversed] = t;
        }
        /* Adds one from the highest bit down. */
        size_t bit = size >> 1;
        for (; reversed & bit; bit >>= 1)
            reversed ^= bit;
        reversed |= bit;
    }
}

void nonzk_fft(const struct nonzk_fft_domain *domain, struct nonzk_fr *a)
{
    size_t size = (size_t)domain->size;
    struct nonzk_fr t;

    reverse_bits(a, size);
    for (size_t length = 1, step = size >> 1; length < size; length <<= 1, step >>= 1)
        for (size_t start = 0; start < size; start += 2 * length)
            for (size_t i = start; i < start + length; i++) {
                nonzk_fr_mul(&t, &a[i + length], &domain->roots[(i - start) * step]);
                nonzk_fr_sub(&a[i + length], &a[i], &t);
                nonzk_fr_add(&a[i], &a[i], &t);
            }
}

void nonzk_fft_inverse(const struct nonzk_fft_domain *domain, struct nonzk_fr *a)
{
    size_t size = (size_t)domain->size;

    /* With 1 / root in place of root, value i becomes value size - i. */
    nonzk_fft(domain, a);
    for (size_t i = 1; i < size - i; i++) {
        struct nonzk_fr t = a[i];
        a[i] = a[size - i];
        a[size - i] = t;
    }
    for (size_t i = 0; i < size; i++)
        nonzk_fr_mul(&a[i], &a[i], &domain->size_inverse);
}

/* a[i] *= factor^i */
static void scale_by_powers(struct nonzk_fr *a, uint64_t size, const struct nonzk_fr *factor)
{
    struct nonzk_fr power = *factor;

    for (size_t i = 1; i < size; i++) {
        nonzk_fr_mul(&a[i], &a[i], &power);
        nonzk_fr_mul(&power, &power, factor);
    }
}

void nonzk_fft_coset(const struct nonzk_fft_domain *domain, struct nonzk_fr *a,
                     const struct nonzk_fr *shift)
{
    scale_by_powers(a, domain->size, shift);
    nonzk_fft(domain, a);
}

int nonzk_fft_coset_inverse(const struct nonzk_fft_domain *domain, struct nonzk_fr *a,
                            const struct nonzk_fr *shift)
{
    struct nonzk_fr inverse;
    int result = nonzk_fr_invert(&inverse, shift);

    if (result != 0)
        return result;
    nonzk_fft_inverse(domain, a);
    scale_by_powers(a, domain->size, &inverse);
    return 0;
}

void nonzk_fft_vanishing(const struct nonzk_fft_domain *domain, struct nonzk_fr *out,
                         const struct nonzk_fr *x)
{
    struct nonzk_fr one;

    nonzk_fr_power(out, x, domain->size);
    nonzk_fr_set_one(&one);
    nonzk_fr_sub(out, out, &one);
}

void nonzk_fft_lagrange(const struct nonzk_fft_domain *domain, struct nonzk_fr *out,
                        const struct nonzk_fr *x, struct nonzk_fr *scratch)
{
    size_t size = (size_t)domain->size;
    struct nonzk_fr point, factor;
    int inside = 0;

    nonzk_fr_set_one(&point);
    for (size_t i = 0; i < size; i++) {
        nonzk_fr_sub(&out[i], x, &point);
        inside |= nonzk_fr_is_zero(&out[i]);
        nonzk_fr_mul(&point, &point, &domain->root);
    }
    if (inside) {
        for (size_t i = 0; i < size; i++)
            nonzk_fr_set_u64(&out[i], (uint64_t)nonzk_fr_is_zero(&out[i]));
        return;
    }
    /* L_i(x) = root^i / size * (x^size - 1) / (x - root^i) */
    nonzk_fr_invert_all(out, size, scratch);
    memset(scratch, 0, size * sizeof *scratch);
    nonzk_fft_vanishing(domain, &factor, x);
    nonzk_fr_mul(&factor, &factor, &domain->size_inverse);
    for (size_t i = 0; i < size; i++) {
        nonzk_fr_mul(&out[i], &out[i], &factor);
        nonzk_fr_mul(&factor, &factor, &domain->root);
    }
}

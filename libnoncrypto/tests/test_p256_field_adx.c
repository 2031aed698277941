/* The back end with MULX, ADCX and ADOX, where the processor has them. */
#include "../src/p256/p256_private.h"

#if NONCRYPTO_X86_64

#include "../src/bignum/invert.c"
#include "../src/p256/p256_adx.c"
#include "../src/p256/p256_scalar.c"
#include "../src/p256/p256_tables.c"
#include "../src/weierstrass/wnaf.c"

#include "p256_field_test.h"

static Suite *suite(void)
{
    if (cpu_has(NONCRYPTO_CPU_BMI2 | NONCRYPTO_CPU_ADX))
        return p256_field_suite();
    printf("# skipped: the processor has no ADX\n");
    return suite_create("noncrypto p256 field without ADX");
}

CHECK_MAIN(suite)

#else

#include <stdio.h>

int main(void)
{
    puts("1..0 # SKIP this is not an x86-64 processor");
    return 0;
}

#endif

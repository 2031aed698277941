/* System calls of the boot test. */
#define TEST_CALL_ECHO 1 /* returns RDI */
#define TEST_CALL_EXIT 2 /* RDI: 0, or what went wrong */

noinst_HEADERS += tests/harness/check_main.h

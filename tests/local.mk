noinst_HEADERS += tests/harness/bench.h tests/harness/check_main.h tests/harness/vector_file.h

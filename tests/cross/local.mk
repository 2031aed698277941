EXTRA_DIST += tests/cross/README.md tests/cross/run.sh

# The unit test programs, without the scripts among the tests.
list-check-suites:
	@echo $(filter $(check_PROGRAMS),$(TESTS))
.PHONY: list-check-suites

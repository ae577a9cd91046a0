# Everything that is run to know that a change is right.
.PHONY: unit
unit: unit-programs  ## unit tests
	@set -e; for t in $(UNIT_BIN); do ./$$t; done

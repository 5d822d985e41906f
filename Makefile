# Everything is done by packaging/alcove_setup.py; on Windows call it directly:
#   python packaging/alcove_setup.py run
# Any Python 3.8 or newer may start it; it looks for the one that Alcove runs on by itself.
# ARGS is handed on: make test ARGS="tests/core -k wer", make run ARGS="transcribe talk.mp3".

PYTHON := $(shell for name in python3 python3.11 python3.12 python3.13 python; do \
	for folder in $$(printf '%s' "$$PATH" | tr ':' ' '); do \
	candidate="$$folder/$$name"; [ -x "$$candidate" ] || continue; \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null \
	&& { printf '%s' "$$candidate"; exit; }; done; done)
SETUP = "$(PYTHON)" packaging/alcove_setup.py

.PHONY: run test package bench pictures soak lint lock translations setup
.DEFAULT_GOAL := run

run test package pictures soak lint lock translations setup:
	@test -n "$(PYTHON)" || { echo "alcove: no Python found; install Python 3.11, 3.12 or 3.13" >&2; exit 1; }
	@$(SETUP) $@ $(if $(ARGS),-- $(ARGS))

bench:
	@test -n "$(PYTHON)" || { echo "alcove: no Python found; install Python 3.11, 3.12 or 3.13" >&2; exit 1; }
	@$(SETUP) $@ -- $(if $(MEETINGS),--meetings "$(MEETINGS)") $(ARGS)

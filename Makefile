# make demo and make test are the two commands; the others are for people who work on Ninefold.
PY := .venv/bin/python
export PATH := $(PATH):/usr/sbin:/sbin

.PHONY: demo demo-clean test dev lint fix i18n bench fuzz docs package lock clean

demo:            ## the packaging line through all nine steps
	@tools/setup.sh runtime
	@tools/debian.sh demo
	@tools/demo.sh

demo-clean:      ## forget the demo's working folder
	rm -rf demo

test:            ## every test
	@tools/setup.sh dev
	@tools/debian.sh test
	$(PY) tools/run_tests.py

dev:             ## set up for development
	@tools/setup.sh dev

lint: dev        ## style, types, floors
	$(PY) -m ruff check src tests tools
	$(PY) -m ruff format --check src tests tools
	$(PY) -m mypy src
	.venv/bin/lint-imports

fix: dev         ## repair style
	$(PY) -m ruff check --fix src tests tools
	$(PY) -m ruff format src tests tools

i18n: dev        ## compile the German catalogues
	for f in src/ninefold/base/locale/de/LC_MESSAGES/*.po; do \
	  .venv/bin/pybabel compile -i "$$f" -o "$${f%.po}.mo"; done

bench: dev       ## figures and ratios
	$(PY) tools/run_bench.py

fuzz: dev        ## ten CPU minutes for each reader
	$(PY) tools/run_fuzz.py

docs: dev        ## reference pages from the model
	$(PY) tools/generate_reference.py

package: dev     ## wheel and sdist
	$(PY) -m build --no-isolation --outdir dist .

lock:            ## renew the lock files
	tools/lock.sh

clean:
	rm -rf .venv demo dist

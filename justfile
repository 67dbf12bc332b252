# What a developer runs; `just` lists it. CONTRIBUTING.md has the same as plain commands.

python := ".venv/bin/python"

# List the recipes.
default:
    @just --list --unsorted

# Make .venv with everything that developing needs.
setup:
    python3 -m venv --upgrade-deps .venv
    {{ python }} -m pip install -q -c constraints.txt -e ".[dev,notebooks]"

# Let git run the quick checks before every commit.
hooks:
    {{ python }} -m pre_commit install

# The tests but the slow ones (about ten minutes on two cores).
test *arguments:
    {{ python }} -m pytest -q -m "not slow" -n auto --dist loadfile {{ arguments }}

# All tests.
test-all *arguments:
    {{ python }} -m pytest -q -n auto --dist loadfile {{ arguments }}

# All tests, with the lines and branches that none of them runs, as build/coverage/index.html too.
coverage:
    {{ python }} -m pytest -q -n auto --dist loadfile --cov --cov-report=term:skip-covered --cov-report=html

# Make the catalogue that is shipped of the one that is edited, after a change of messages.
messages:
    {{ python }} -m babel.messages.frontend compile -d nhsa_nlp/locale -D nhsa_nlp

# Lint, and see whether the format is right.
lint:
    {{ python }} -m ruff check .
    {{ python }} -m ruff format --check .

# Mend what can be mended by itself, and format.
fix:
    {{ python }} -m ruff check --fix .
    {{ python }} -m ruff format .

# Check the types of the package, the tests and the benchmarks.
types:
    {{ python }} -m mypy

# Build the documentation into a folder of build/site that is called as the version is.
docs:
    {{ python }} docs/build.py

# Everything a change must pass, in new environments.
gate:
    bash .ci/run

# Rebuild the model bundle that is shipped, and describe it.
bundle:
    {{ python }} -m nhsa_nlp train all --config training/configs/shipped.toml
    {{ python }} -m nhsa_nlp info

# Let the bundle that is shipped keep its answers to new samples of `verify`; its weights stay.
answers:
    {{ python }} -c "from nhsa_nlp.training.bundle import renew_answers; renew_answers('models/default')"

# Build sdist and wheel into dist/ and try the wheel in an environment of its own.
release-check:
    bash .ci/distribution {{ python }} dist
